package io.vmferry.lab.simulator;

import io.vmferry.dest.incoming.IncomingFigures;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.options.Capability;
import io.vmferry.source.outgoing.OutgoingFigures;

/**
 * {@link Invariant#FIGURES}: the counters of both sides after a migration without faults agree with
 * each other and with the bytes that the network carried.
 */
record FiguresRule(SimulatedPair pair) {

    /** Compares the counters after the first migration of the pair has completed. */
    void judge(IncomingFigures there) {
        OutgoingFigures.RamFigures here = pair.outgoing.figures().orElseThrow().ram();
        // the mark at the end of a preempt channel is not counted as RAM
        if (!pair.scenario.capabilities().contains(Capability.POSTCOPY_PREEMPT)) {
            long carriedBytes = pair.network.carrying(ChannelRole.MAIN).sentBytes();
            for (int channel = 0; channel < here.multifdChannels().size(); channel++) {
                long carried = pair.network.carrying(ChannelRole.multifd(channel)).sentBytes();
                require("bytes of a channel", here.multifdChannels().get(channel), carried);
                carriedBytes += carried;
            }
            require("bytes", here.transferredBytes(), carriedBytes);
        }
        require("pages", here.normalPages(), there.normalPages());
        require("pages of zeros", here.zeroPages(), there.zeroPages());
        require("pages of XBZRLE", here.xbzrle().deltaPages(), there.deltaPages());
        require("page requests", here.pageRequests(), there.pageRequests());
        require("bytes left", here.remainingBytes(), 0);
    }

    private static void require(String what, long counted, long seen) {
        Invariant.FIGURES.require(
                counted == seen,
                "The source has counted %d %s, expected %d".formatted(counted, what, seen));
    }
}
