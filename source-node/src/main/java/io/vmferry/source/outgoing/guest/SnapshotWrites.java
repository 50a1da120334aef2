package io.vmferry.source.outgoing.guest;

import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.link.EngineLoop;
import io.vmferry.machine.memory.HostPages;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.paging.PageFault;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.source.outgoing.ram.PageScan;
import io.vmferry.source.outgoing.state.Turns;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

/**
 * Lets the stores of a guest wait, during a background snapshot, until their pages have been copied
 * into the stream; such a page is saved before all others. QEMU's {@code ram_write_tracking_start}
 * and {@code poll_fault_page}.
 *
 * <p>A store waits instead of the old content being kept elsewhere, as in QEMU: each vCPU waits for
 * at most one page, so that a slow file costs the guest time and never memory.
 */
public final class SnapshotWrites {

    private final Guest guest;
    private final EngineLoop loop;
    private final PageScan scan;
    private final Probe probe;
    private final Turns turns;
    private final List<PageFault> waiting = new ArrayList<>();

    /** The pages of {@link #waiting} that nobody has been given. */
    private final Queue<HostPages> urgent = new ArrayDeque<>();

    public SnapshotWrites(Guest guest, EngineLoop loop, PageScan scan, Probe probe, Turns turns) {
        this.guest = guest;
        this.loop = loop;
        this.scan = scan;
        this.probe = probe;
        this.turns = turns;
    }

    /** Protects all of RAM; the vCPUs have to be stopped. */
    public void begin() {
        scan.whenGiven(this::saved);
        guest.memory().protect(loop::nanoTime, fault -> loop.execute(() -> held(fault)));
    }

    private void held(PageFault fault) {
        if (guest.memory().released(fault.block(), fault.page())) {
            fault.goOn().run();
            return;
        }
        waiting.add(fault);
        probe.reached(PointName.STORE_HELD, page(fault.block(), fault.page()));
        urgent.add(page(fault.block(), fault.page()));
        turns.now();
    }

    /** The next page that is to be saved before all others. */
    public Optional<HostPages> next() {
        return Optional.ofNullable(urgent.poll());
    }

    private static HostPages page(RamBlock block, long page) {
        return new HostPages(block, page, page + 1);
    }

    /** A page has been copied. */
    private void saved(RamBlock block, long page) {
        guest.memory().release(block, page);
        if (!waiting.isEmpty()) {
            goOn(block, page);
        }
    }

    private void goOn(RamBlock block, long page) {
        waiting.removeIf(fault -> {
            boolean saved = fault.block() == block && fault.page() == page;
            if (saved) {
                fault.goOn().run();
            }
            return saved;
        });
    }

    /** Lets the guest store wherever it likes again, however the snapshot has ended. */
    public void end() {
        guest.memory().unprotect();
        waiting.forEach(fault -> fault.goOn().run());
        waiting.clear();
        urgent.clear();
    }
}
