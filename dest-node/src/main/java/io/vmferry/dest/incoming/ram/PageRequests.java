package io.vmferry.dest.incoming.ram;

import io.vmferry.machine.memory.HostPages;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.paging.PageFault;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * The pages that are wanted here: who waits for which, and whether it was asked for. Each is asked
 * for once, however many wait. QEMU's {@code postcopy_request_page} and its table of requests under
 * way. Owned by the engine's loop.
 */
public final class PageRequests {

    /** A host page that was asked for, with all who wait for it. */
    private record Awaited(RamBlock block, long firstPage, List<PageFault> faults)
            implements HostPages {

        @Override
        public String toString() {
            return text();
        }
    }

    private final Predicate<ReturnPathMessage> ask;
    private final BooleanSupplier over;
    private final Runnable placed;
    private final Blocktime blocktime;
    private final Probe probe;

    /** By guest-wide number of the first page, in the order of the requests. */
    private final Map<Long, Awaited> awaited = new LinkedHashMap<>();

    private RamBlock lastBlock;
    private boolean held;
    private boolean abandoned;
    private long sent;

    /**
     * @param ask sends a request to the source; false where there is no way to it
     * @param over whether nothing is to be placed any more
     * @param placed runs when a host page is there and whoever waited for it goes on; it may have
     *     been the last one
     */
    public PageRequests(
            Predicate<ReturnPathMessage> ask,
            BooleanSupplier over,
            Runnable placed,
            Blocktime blocktime,
            Probe probe) {
        this.ask = ask;
        this.over = over;
        this.placed = placed;
        this.blocktime = blocktime;
        this.probe = probe;
    }

    /** Requests sent so far. */
    public long sent() {
        return sent;
    }

    /** Pages asked for that have not come. */
    public int outstanding() {
        return awaited.size();
    }

    /** Somebody has found a page missing; it may have come, or all have ended, in the meantime. */
    public void fault(PageFault fault) {
        if (abandoned || fault.block().received().get(fault.page())) {
            fault.goOn().run();
            return;
        }
        blocktime.blocked(fault);
        RamBlock block = fault.block();
        long first = block.hostPageOf(fault.page());
        Awaited known = awaited.get(block.firstPage() + first);
        if (known != null) {
            known.faults().add(fault);
            return;
        }
        Awaited page = new Awaited(block, first, new ArrayList<>(List.of(fault)));
        awaited.put(block.firstPage() + first, page);
        if (!held) {
            request(page);
        }
    }

    private void request(Awaited page) {
        long start = page.firstPage() << RamBlock.PAGE_SHIFT;
        int length = (int) page.block().pageSizeBytes();
        ReturnPathMessage request =
                page.block() == lastBlock
                        ? new ReturnPathMessage.ReqPages(start, length)
                        : new ReturnPathMessage.ReqPagesId(start, length, page.block().idstr());
        if (ask.test(request)) {
            lastBlock = page.block();
            sent++;
            probe.reached(PointName.REQ_PAGES_SENT, page);
        }
    }

    /** All of a host page is there. */
    public void placed(RamBlock block, long firstPage) {
        if (!awaited.isEmpty()) {
            Awaited page = awaited.remove(block.firstPage() + firstPage);
            if (page != null) {
                goOn(page);
                probe.reached(PointName.REQUESTED_PAGE_PLACED, page);
            }
        }
        placed.run();
    }

    /** Whether nothing is to be placed any more: the last page may have ended the migration. */
    boolean over() {
        return over.getAsBoolean();
    }

    private void goOn(Awaited page) {
        for (PageFault fault : page.faults()) {
            blocktime.unblocked(fault);
            fault.goOn().run();
        }
    }

    /** The channels are gone: until others take their place nobody can be asked. */
    public void hold() {
        held = true;
    }

    /** Asks again for all that has not come, on new channels: the first request names its block. */
    public void resend() {
        held = false;
        lastBlock = null;
        awaited.values().forEach(this::request);
    }

    /** Nothing will come any more: what has not come reads as zeros. */
    public void abandon() {
        abandoned = true;
        List<Awaited> all = List.copyOf(awaited.values());
        awaited.clear();
        all.forEach(this::goOn);
    }
}
