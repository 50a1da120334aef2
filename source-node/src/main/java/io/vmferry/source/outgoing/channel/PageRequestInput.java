package io.vmferry.source.outgoing.channel;

import io.vmferry.machine.memory.HostPages;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.stream.StreamException;
import io.vmferry.source.outgoing.figures.BandwidthWindow;
import io.vmferry.source.outgoing.figures.OutgoingCounters;
import io.vmferry.source.outgoing.ram.RequestedPages;
import io.vmferry.source.outgoing.state.FailureRules;
import io.vmferry.source.outgoing.state.GuestHandover;
import io.vmferry.source.outgoing.state.SessionState;
import io.vmferry.source.outgoing.state.Turns;

/** Handles REQ_PAGES and REQ_PAGES_ID: checks, counts and queues them in {@link RequestedPages}. */
public record PageRequestInput(
        RequestedPages requested,
        GuestHandover handover,
        SessionState session,
        FailureRules rules,
        BandwidthWindow window,
        BackgroundCredit credit,
        OutgoingCounters counters,
        Probe probe,
        Turns turns) {

    /** Whether the queue is full, so that the return path is not read for now. */
    boolean full() {
        return requested.full();
    }

    /** REQ_PAGES_ID. */
    void add(String block, long startBytes, int lengthBytes) throws StreamException {
        requested.name(block);
        add(startBytes, lengthBytes);
    }

    /** REQ_PAGES, in the block named last; ignored before the package and after the end. */
    void add(long startBytes, int lengthBytes) throws StreamException {
        counters.pageRequests++;
        HostPages range = requested.range(startBytes, lengthBytes);
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
