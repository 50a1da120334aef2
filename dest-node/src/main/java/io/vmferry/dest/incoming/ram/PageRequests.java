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

/**
 * The pages that are wanted here: who waits for which, and whether it was asked for. Each is asked
 * for once, however many wait. QEMU's {@code postcopy_request_page} and its table of requests under
 * way. Owned by the engine's loop.
 */
public final class PageRequests implements HostPageAssembly.Listener {

    /** A host page that was asked for, with all who wait for it. */
    private record Awaited(RamBlock block, long firstPage, List<PageFault> faults)
            implements HostPages {

        @Override
        public String toString() {
            return text();
        }
    }

    /** The postcopy that brings the pages. */
    public interface Postcopy {

        /** Sends a request to the source; false where there is no way to it. */
        boolean ask(ReturnPathMessage request);

        /** Whether nothing is to be placed any more: the last page may have ended the migration. */
        boolean over();

        /** A host page is there, and whoever waited for it goes on. */
        void placed();
    }

    private final Postcopy postcopy;
    private final Blocktime blocktime;
    private final Probe probe;

    /** By guest-wide number of the first page, in the order of the requests. */
    private final Map<Long, Awaited> awaited = new LinkedHashMap<>();

    private RamBlock lastBlock;
    private boolean held;
    private boolean abandoned;
    private long sent;

    public PageRequests(Postcopy postcopy, Blocktime blocktime, Probe probe) {
        this.postcopy = postcopy;
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
        if (postcopy.ask(request)) {
            lastBlock = page.block();
            sent++;
            probe.reached(PointName.REQ_PAGES_SENT, page);
        }
    }

    @Override
    public void placed(RamBlock block, long firstPage) {
        if (!awaited.isEmpty()) {
            Awaited page = awaited.remove(block.firstPage() + firstPage);
            if (page != null) {
                goOn(page);
                probe.reached(PointName.REQUESTED_PAGE_PLACED, page);
            }
        }
        postcopy.placed();
    }

    /** See {@link Postcopy#over}. */
    boolean over() {
        return postcopy.over();
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
