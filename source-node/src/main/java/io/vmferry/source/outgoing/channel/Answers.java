package io.vmferry.source.outgoing.channel;

import io.vmferry.machine.memory.HostPages;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.returnpath.BitmapSizes;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import io.vmferry.source.outgoing.figures.BandwidthWindow;
import io.vmferry.source.outgoing.figures.OutgoingCounters;
import io.vmferry.source.outgoing.guest.SwitchoverAcks;
import io.vmferry.source.outgoing.ram.RequestedPages;
import io.vmferry.source.outgoing.state.AttemptState;
import io.vmferry.source.outgoing.state.FailureRules;
import io.vmferry.source.outgoing.state.GuestHandover;
import io.vmferry.source.outgoing.state.Turns;
import java.util.Optional;

/**
 * Hands the messages of the return path to the parts that they are for; requests of pages wait in
 * {@link RequestedPages}.
 */
public record Answers(
        GuestHandover handover,
        AttemptState attempt,
        FailureRules rules,
        Pings pings,
        BackgroundCredit credit,
        BandwidthWindow window,
        RequestedPages requested,
        RecoveryHandshake recovery,
        SwitchoverAcks acks,
        OutgoingCounters counters,
        Probe probe,
        Turns turns)
        implements BitmapSizes {

    @Override
    public long expectedBytes(String block) throws StreamException {
        return recovery.expectedBytes(block);
    }

    /** Handles a message. */
    public void message(ReturnPathMessage message, ChannelFailures failures)
            throws StreamException {
        switch (message) {
            case ReturnPathMessage.Pong(int value) -> pong(value);
            case ReturnPathMessage.Shut(int value) -> shut(value, failures);
            case ReturnPathMessage.ReqPagesId(long start, int length, String block) -> {
                requested.name(block);
                pagesRequested(start, length);
            }
            case ReturnPathMessage.ReqPages(long start, int length) ->
                    pagesRequested(start, length);
            case ReturnPathMessage.RecvBitmap bitmap ->
                    recovery.bitmap(bitmap.block(), bitmap.bitmap());
            case ReturnPathMessage.ResumeAck _ -> recovery.resumeAck();
            case ReturnPathMessage.SwitchoverAck _ -> {
                acks.received();
                probe.reached(PointName.SWITCHOVER_ACK, acks.pending());
                turns.now();
            }
        }
    }

    /** In the block named last; ignored before the package and after the end. */
    private void pagesRequested(long startBytes, int lengthBytes) throws StreamException {
        counters.pageRequests++;
        HostPages range = requested.range(startBytes, lengthBytes);
        probe.reached(PointName.PAGE_REQUESTED, range);
        if (handover.packageSent() && attempt.working()) {
            credit.wanted();
            requested.add(range);
            turns.now();
        } else if (attempt.precopying() && rules.losesLimit()) {
            window.limit(0);
            turns.now();
        }
    }

    private void pong(int value) {
        // the owner of the guest is recorded before the probe is called
        pings.answered(value);
        if (value == Pings.PACKAGE_LOADED && handover.packageSent()) {
            handover.packageIsLoaded();
        }
        if (value == Pings.PORTION) {
            credit.answered();
        }
        probe.reached(PointName.PONG, value);
        turns.now();
    }

    private void shut(int value, ChannelFailures failures) throws StreamException {
        if (value == 0) {
            handover.shutReceived();
        }
        probe.reached(PointName.SHUT, value);
        if (value != 0) {
            throw StreamException.of(
                    StreamError.RP_SHUT_ERROR,
                    "the destination reported that loading failed (SHUT "
                            + value
                            + "), its log says why");
        }
        if (rules.endsByEarlyShut()) {
            failures.mainIsUseless(
                    new Failure.ConnectionFailure(
                            ChannelRole.MAIN,
                            counters.transferredBytes,
                            "Unable to write to socket: Bad file descriptor",
                            Optional.empty()));
            return;
        }
        // a phase may be waiting for something else
        turns.now();
    }
}
