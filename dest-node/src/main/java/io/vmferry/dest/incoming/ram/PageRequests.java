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
import org.jspecify.annotations.Nullable;

/**
 * The requested pages and the accesses that wait for them. Each page is requested once, however
 * many accesses wait. QEMU's {@code postcopy_request_page} and its table of pending requests.
 * Confined to the engine's loop.
 */
public final class PageRequests {

    /** A requested host page, with the accesses that wait for it. */
    private record RequestedHostPage(HostPages page, List<PageFault> faults) {}

    private final Predicate<ReturnPathMessage> ask;
    private final BooleanSupplier over;
    private final Runnable placed;
    private final Blocktime blocktime;
    private final Probe probe;

    /** By guest-wide number of the first page, in the order of the requests. */
    private final Map<Long, RequestedHostPage> awaited = new LinkedHashMap<>();

    private @Nullable RamBlock lastBlock;
    private boolean held;
    private boolean abandoned;
    private long sent;

    /**
     * @param ask sends a request to the source; false without a return path
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

    /** Handles a page fault; the page may have arrived, or the migration ended, in the meantime. */
    public void fault(PageFault fault) {
        if (abandoned || fault.block().received().get(fault.page())) {
            fault.goOn().run();
            return;
        }
        blocktime.blocked(fault);
        RamBlock block = fault.block();
        long first = block.hostPageOf(fault.page());
        RequestedHostPage known = awaited.get(block.firstPage() + first);
        if (known != null) {
            known.faults().add(fault);
            return;
        }
        HostPages page = new HostPages(block, first);
        awaited.put(
                block.firstPage() + first,
                new RequestedHostPage(page, new ArrayList<>(List.of(fault))));
        if (!held) {
            request(page);
        }
    }

    private void request(HostPages page) {
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

    /** Handles a complete host page: waiting accesses go on. */
    public void placed(RamBlock block, long firstPage) {
        if (!awaited.isEmpty()) {
            RequestedHostPage known = awaited.remove(block.firstPage() + firstPage);
            if (known != null) {
                goOn(known);
                probe.reached(PointName.REQUESTED_PAGE_PLACED, known.page());
            }
        }
        placed.run();
    }

    /** Whether nothing is to be placed any more: the last page may have ended the migration. */
    boolean over() {
        return over.getAsBoolean();
    }

    private void goOn(RequestedHostPage known) {
        for (PageFault fault : known.faults()) {
            blocktime.unblocked(fault);
            fault.goOn().run();
        }
    }

    /** Stops to send requests, until {@link #resend}. */
    public void hold() {
        held = true;
    }

    /** Requests all missing pages again, on new channels: the first request names its block. */
    public void resend() {
        held = false;
        lastBlock = null;
        awaited.values().forEach(known -> request(known.page()));
    }

    /** Ends all waits: missing pages read as zeros. */
    public void abandon() {
        abandoned = true;
        List<RequestedHostPage> all = List.copyOf(awaited.values());
        awaited.clear();
        all.forEach(this::goOn);
    }
}
