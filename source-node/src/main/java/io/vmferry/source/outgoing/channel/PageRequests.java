package io.vmferry.source.outgoing.channel;

import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.stream.StreamException;
import io.vmferry.source.outgoing.figures.BandwidthWindow;
import io.vmferry.source.outgoing.figures.OutgoingCounters;
import io.vmferry.source.outgoing.ram.PageRange;
import io.vmferry.source.outgoing.ram.RequestedPages;
import io.vmferry.source.outgoing.state.FailureRules;
import io.vmferry.source.outgoing.state.GuestHandover;
import io.vmferry.source.outgoing.state.SessionState;
import io.vmferry.source.outgoing.state.Turns;

/** REQ_PAGES and REQ_PAGES_ID as they come in, on their way to {@link RequestedPages}. */
public record PageRequests(
        RequestedPages requested,
        GuestHandover handover,
        SessionState session,
        FailureRules rules,
        BandwidthWindow window,
        BackgroundCredit credit,
        OutgoingCounters counters,
        Probe probe,
        Turns turns) {

    /** Whether so much is asked for that the destination is not listened to for now. */
    boolean full() {
        return requested.full();
    }

    /** REQ_PAGES_ID. */
    void add(String block, long startBytes, int lengthBytes) throws StreamException {
        requested.name(block);
        add(startBytes, lengthBytes);
    }

    /**
     * REQ_PAGES: of the block that was named last. Before the package there is nothing to be done:
     * QEMU sends such a page ahead of its turn, but nobody can be waiting for it. Nor is there when
     * nothing is sent any more: requests in a queue must not stand before what decides the end.
     */
    void add(long startBytes, int lengthBytes) throws StreamException {
        counters.pageRequests++;
        PageRange range = requested.range(startBytes, lengthBytes);
        probe.reached(PointName.PAGE_REQUESTED, range);
        if (handover.packageSent() && session.working()) {
            credit.wanted();
            requested.add(range);
            turns.now();
        } else if (session.precopying() && rules.losesLimit()) {
            window.limit(0);
            turns.now();
        }
    }
}
