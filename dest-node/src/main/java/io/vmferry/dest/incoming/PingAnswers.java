package io.vmferry.dest.incoming;

import io.vmferry.dest.incoming.channel.IncomingChannels;
import io.vmferry.dest.incoming.channel.SourceLiveness;
import io.vmferry.dest.incoming.channel.StreamHolds;
import io.vmferry.dest.incoming.postcopy.PostcopyTakeover;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import io.vmferry.protocol.stream.Command;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import java.util.function.Consumer;

/** Answers PING with PONG; with 0x42 the destination says that it has the guest. */
record PingAnswers(
        IncomingChannels channels,
        SourceLiveness liveness,
        PostcopyTakeover takeover,
        Consumer<Failure> failed,
        Probe probe) {

    /** Answers a PING that was read under {@code holds}, once the lease allows it. */
    void answer(int value, StreamHolds holds, boolean inPackage) throws StreamException {
        if (!channels.answers()) {
            throw StreamException.of(
                    StreamError.RETURN_PATH_NOT_OPEN, "PING before OPEN_RETURN_PATH");
        }
        liveness.pinged(value, failed);
        if (value == Command.Ping.PACKAGE_LOADED && inPackage) {
            // the answer tells the source that the destination owns the guest
            holds.holdDuring(goOn -> takeover.claim(() -> pong(value, holds), goOn, failed));
        } else {
            pong(value, holds);
        }
    }

    private void pong(int value, StreamHolds holds) {
        channels.answer(holds, new ReturnPathMessage.Pong(value));
        probe.reached(PointName.PONG_SENT, value);
    }
}
