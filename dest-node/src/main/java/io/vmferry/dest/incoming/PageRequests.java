package io.vmferry.dest.incoming;

import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.paging.PageFault;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The pages that somebody waits for: each is asked for once, however many wait. QEMU's {@code
 * postcopy_request_page} and its table of requests under way.
 */
final class PageRequests {

    /** A host page that was asked for, with all who wait for it. */
    private record Awaited(RamBlock block, long firstPage, List<PageFault> faults) {

        /** Block and offset, as a person reads it. */
        @Override
        public String toString() {
            return block.idstr() + "+0x" + Long.toHexString(firstPage << RamBlock.PAGE_SHIFT);
        }
    }

    private final IncomingMigration migration;
    private final Blocktime blocktime;

    /** By guest-wide number of the first page, in the order of the requests. */
    private final Map<Long, Awaited> awaited = new LinkedHashMap<>();

    private RamBlock lastBlock;
    private boolean held;
    private long sent;

    PageRequests(IncomingMigration migration, Blocktime blocktime) {
        this.migration = migration;
        this.blocktime = blocktime;
    }

    /** Requests sent so far. */
    long sent() {
        return sent;
    }

    /** Pages asked for that have not come. */
    int outstanding() {
        return awaited.size();
    }

    /** Somebody has found a page missing; it may have come in the meantime. */
    void fault(PageFault fault) {
        if (fault.block().received().get(fault.page())) {
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
        migration
                .channels()
                .returnPath()
                .ifPresent(path -> {
                    long start = page.firstPage() << RamBlock.PAGE_SHIFT;
                    int length = (int) page.block().pageSizeBytes();
                    path.send(
                            page.block() == lastBlock
                                    ? new ReturnPathMessage.ReqPages(start, length)
                                    : new ReturnPathMessage.ReqPagesId(
                                            start, length, page.block().idstr()));
                    lastBlock = page.block();
                    sent++;
                    migration.probe().reached(PointName.REQ_PAGES_SENT, page);
                });
    }

    /** A host page has been placed. */
    void placed(RamBlock block, long firstPage) {
        if (awaited.isEmpty()) {
            return;
        }
        Awaited page = awaited.remove(block.firstPage() + firstPage);
        if (page != null) {
            goOn(page);
            migration.probe().reached(PointName.REQUESTED_PAGE_PLACED, page);
        }
    }

    private void goOn(Awaited page) {
        for (PageFault fault : page.faults()) {
            blocktime.unblocked(fault);
            fault.goOn().run();
        }
    }

    /** The channels are gone: until others take their place nobody can be asked. */
    void hold() {
        held = true;
    }

    /** Asks again for all that has not come, on new channels: the first request names its block. */
    void resend() {
        held = false;
        lastBlock = null;
        awaited.values().forEach(this::request);
    }

    /** Nothing will come any more: what has not come reads as zeros. */
    void abandon() {
        List<Awaited> all = List.copyOf(awaited.values());
        awaited.clear();
        all.forEach(this::goOn);
    }
}
