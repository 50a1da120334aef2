package io.vmferry.source.outgoing;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.link.LinkListener;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.profile.SwitchoverAckMode;
import io.vmferry.protocol.returnpath.BitmapSizes;
import io.vmferry.protocol.returnpath.ReturnPathListener;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import io.vmferry.protocol.returnpath.ReturnPathReader;
import io.vmferry.protocol.stream.Cumulation;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import java.io.IOException;
import java.util.Optional;

/** What comes back from the destination, on whichever connection carries it. */
final class SourceReturnPath implements LinkListener, ReturnPathListener, BitmapSizes {

    private final OutgoingSession session;
    private final boolean inline;
    private final Cumulation input = new Cumulation();
    private final ReturnPathReader reader;
    private boolean shut;

    /**
     * @param inline whether the connection carries the main channel as well
     */
    SourceReturnPath(OutgoingSession session, boolean inline) {
        this.session = session;
        this.inline = inline;
        boolean acks = session.profile().switchoverAckMode() != SwitchoverAckMode.UNKNOWN;
        this.reader = new ReturnPathReader(this, this, acks);
    }

    /** Whether the destination has said goodbye with SHUT 0. */
    boolean shut() {
        return shut;
    }

    void release() {
        input.release();
    }

    @Override
    public void received(ByteBuf bytes) {
        if (session.ended()) {
            return;
        }
        try {
            input.feed(bytes, reader::read);
        } catch (StreamException e) {
            session.fail("Return path: " + e.getMessage());
        }
    }

    @Override
    public void writable() {
        session.pump();
    }

    @Override
    public void closed(Optional<IOException> cause) {
        if (shut && !inline) {
            return;
        }
        String what =
                shut
                        ? "Main channel broke after %d bytes: %s"
                        : "Return path broke after %d bytes were sent, before SHUT came back: %s";
        String why = cause.map(IOException::getMessage).orElse("closed by the destination");
        session.fail(what.formatted(session.counters().transferredBytes, why));
    }

    @Override
    public long expectedBytes(String block) throws StreamException {
        throw outsideRecovery(StreamError.RP_BITMAP_STATE, "RECV_BITMAP");
    }

    @Override
    public void message(ReturnPathMessage message) throws StreamException {
        switch (message) {
            case ReturnPathMessage.Pong(int value) -> pong(value);
            case ReturnPathMessage.Shut(int value) -> shut(value);
            // In precopy every page that the destination asks for is on its way already.
            case ReturnPathMessage.ReqPagesId _ -> session.counters().pageRequests++;
            case ReturnPathMessage.ReqPages _ -> session.counters().pageRequests++;
            case ReturnPathMessage.RecvBitmap _ ->
                    throw outsideRecovery(StreamError.RP_BITMAP_STATE, "RECV_BITMAP");
            case ReturnPathMessage.ResumeAck _ ->
                    throw outsideRecovery(StreamError.RP_RESUME_ACK_VALUE, "RESUME_ACK");
            case ReturnPathMessage.SwitchoverAck _ -> switchoverAck();
        }
    }

    private void pong(int value) {
        session.probe().reached(PointName.PONG, "0x" + Integer.toHexString(value));
        if (value == SetupPhase.PING_START) {
            session.roundTripMeasured();
        }
    }

    private void shut(int value) throws StreamException {
        session.probe().reached(PointName.SHUT, value);
        if (value != 0) {
            throw StreamException.of(
                    StreamError.RP_SHUT_ERROR,
                    "the destination reported that loading failed (SHUT " + value + ")");
        }
        shut = true;
        session.destinationFinished();
    }

    /** A source that counts acknowledgements (11.1) has asked for none, an older one ignores it. */
    private void switchoverAck() throws StreamException {
        if (session.profile().switchoverAckMode() == SwitchoverAckMode.COUNTED) {
            throw StreamException.of(
                    StreamError.RP_ACK_UNDERFLOW,
                    "SWITCHOVER_ACK although no device has asked for one");
        }
    }

    private StreamException outsideRecovery(StreamError error, String message) {
        return StreamException.of(
                error,
                "%s belongs to postcopy-recover, the migration is in %s"
                        .formatted(message, session.state().get().qmpName()));
    }
}
