package io.vmferry.machine.paging;

import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.vcpu.PageGate;
import io.vmferry.machine.vcpu.VcpuRunner;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.function.LongSupplier;

/** Blocks access to pages that have not arrived, and reports the faults: QEMU's userfaultfd. */
final class DemandPaging implements PageGate {

    private static final long NO_PAGE = -1;

    private final GuestRam ram;
    private final VcpuRunner vcpus;
    private final LongSupplier clock;
    private final PageFault.PageFaultHandler handler;
    private final FaultLatency latency;

    /** The page that each vCPU waits for, and since when; each entry belongs to its vCPU. */
    private final long[] awaitedPage;

    private final long[] awaitedSinceNanos;

    DemandPaging(
            GuestRam ram,
            int vcpuCount,
            VcpuRunner vcpus,
            LongSupplier clock,
            PageFault.PageFaultHandler handler,
            FaultLatency latency) {
        this.ram = ram;
        this.vcpus = vcpus;
        this.clock = clock;
        this.handler = handler;
        this.latency = latency;
        this.awaitedPage = new long[vcpuCount];
        this.awaitedSinceNanos = new long[vcpuCount];
        Arrays.fill(awaitedPage, NO_PAGE);
    }

    /** A page is only ever touched by the vCPU to which it belongs, see {@code GuestProgram}. */
    @Override
    public boolean admit(long guestPage) {
        int vcpu = (int) (guestPage % awaitedPage.length);
        RamBlock block = ram.blockOfPage(guestPage);
        long page = guestPage - block.firstPage();
        if (!block.received().get(page)) {
            if (awaitedPage[vcpu] != guestPage) {
                report(vcpu, block, page);
            }
            return false;
        }
        if (awaitedPage[vcpu] == guestPage) {
            awaitedPage[vcpu] = NO_PAGE;
            latency.record(vcpu, clock.getAsLong() - awaitedSinceNanos[vcpu]);
        }
        return true;
    }

    private void report(int vcpu, RamBlock block, long page) {
        long now = clock.getAsLong();
        awaitedPage[vcpu] = block.firstPage() + page;
        awaitedSinceNanos[vcpu] = now;
        handler.missing(
                new PageFault(block, page, OptionalInt.of(vcpu), now, () -> vcpus.wake(vcpu)));
    }

    /**
     * Asks for a page that is missing. To be called on the engine's loop.
     *
     * @param there runs on the engine's loop once the page is there
     * @return false when it is there already, and nothing will run
     */
    boolean fetch(RamBlock block, long page, Runnable there) {
        if (block.received().get(page)) {
            return false;
        }
        handler.missing(new PageFault(block, page, OptionalInt.empty(), clock.getAsLong(), there));
        return true;
    }
}
