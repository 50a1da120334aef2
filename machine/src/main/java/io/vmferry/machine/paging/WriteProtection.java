package io.vmferry.machine.paging;

import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.PageBitmap;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.paging.PageFault.PageFaultHandler;
import io.vmferry.machine.vcpu.PageGate;
import io.vmferry.machine.vcpu.VcpuRunner;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.LongSupplier;

/**
 * Holds stores to pages back until their content has been saved, and reports them: QEMU's write
 * protection by userfaultfd. A vCPU waits for one page at a time, so that at most one store of each
 * waits and no old content has to be kept.
 */
final class WriteProtection implements PageGate {

    private static final long NO_PAGE = -1;

    private final GuestRam ram;
    private final VcpuRunner vcpus;
    private final LongSupplier clock;
    private final PageFaultHandler handler;

    /** The pages of each block that may be stored to. */
    private final List<PageBitmap> open;

    /** The page that each vCPU waits for; each entry belongs to its vCPU. */
    private final long[] awaitedPage;

    WriteProtection(
            GuestRam ram,
            int vcpuCount,
            VcpuRunner vcpus,
            LongSupplier clock,
            PageFaultHandler handler) {
        this.ram = ram;
        this.vcpus = vcpus;
        this.clock = clock;
        this.handler = handler;
        this.open = ram.blocks().stream().map(b -> new PageBitmap(b.pageCount())).toList();
        this.awaitedPage = new long[vcpuCount];
        Arrays.fill(awaitedPage, NO_PAGE);
    }

    /** Every access of a vCPU is a store. A page belongs to one vCPU, see {@code GuestProgram}. */
    @Override
    public boolean admit(long guestPage) {
        RamBlock block = ram.blockOfPage(guestPage);
        long page = guestPage - block.firstPage();
        if (open.get(block.index()).get(page)) {
            return true;
        }
        int vcpu = (int) (guestPage % awaitedPage.length);
        if (awaitedPage[vcpu] != guestPage) {
            awaitedPage[vcpu] = guestPage;
            handler.missing(
                    new PageFault(
                            block,
                            page,
                            OptionalInt.of(vcpu),
                            clock.getAsLong(),
                            () -> vcpus.wake(vcpu)));
        }
        return false;
    }

    /** Allows stores to a page whose content has been copied. */
    void release(RamBlock block, long page) {
        open.get(block.index()).set(page);
    }

    /** Whether a page may be stored to. */
    boolean released(RamBlock block, long page) {
        return open.get(block.index()).get(page);
    }
}
