package io.vmferry.source.outgoing;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.LinkListener;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.profile.SwitchoverAckMode;
import io.vmferry.protocol.returnpath.BitmapSizes;
import io.vmferry.protocol.returnpath.ReceivedBitmap;
import io.vmferry.protocol.returnpath.ReturnPathListener;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import io.vmferry.protocol.returnpath.ReturnPathReader;
import io.vmferry.protocol.stream.Cumulation;
import io.vmferry.protocol.stream.Element;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import java.io.IOException;
import java.util.Optional;

/** What comes back from the destination, on whichever connection carries it. */
final class SourceReturnPath implements LinkListener, ReturnPathListener, BitmapSizes {

    /** Messages read before the loop is given to others: pages, commands, timers. */
    private static final int MESSAGES_PER_TURN = 1024;

    private final OutgoingSession session;
    private final Link link;
    private final boolean inline;
    private final Cumulation input = new Cumulation();
    private final ReturnPathReader reader;
    private int messagesInTurn;
    private boolean readsSoon;
    private boolean heldBack;
    private boolean shut;

    /** What ends the migration as soon as it needs an answer; nothing behind it is read. */
    private Optional<Failure> refusal = Optional.empty();

    /**
     * @param inline whether the connection carries the main channel as well
     */
    SourceReturnPath(OutgoingSession session, Link link, boolean inline) {
        this.session = session;
        this.link = link;
        this.inline = inline;
        boolean acks = session.profile().switchoverAckMode() != SwitchoverAckMode.UNKNOWN;
        this.reader = new ReturnPathReader(this, this, acks);
    }

    /** Why no answer is read any more although the migration goes on. */
    Optional<Failure> refusal() {
        return refusal;
    }

    /** Whether the destination has said goodbye with SHUT 0. */
    boolean shut() {
        return shut;
    }

    /**
     * Goes on with what was held back, in a turn of its own; harmless at any time. A destination
     * that says more than can be done with is held back message by message.
     */
    void readOn() {
        if (reader.paused() && !readsSoon) {
            readsSoon = true;
            session.loop()
                    .execute(() -> {
                        readsSoon = false;
                        if (!session.halted() && !session.postcopy().requestsFull()) {
                            reader.resume();
                            read(() -> input.again(reader::read));
                        }
                    });
        }
    }

    void release() {
        input.release();
    }

    @Override
    public void received(ByteBuf bytes) {
        if (!session.halted()) {
            session.liveness().heard();
            if (refusal.isPresent()) {
                return;
            }
            read(() -> input.feed(bytes, reader::read));
        }
    }

    private interface Reading {
        void run() throws StreamException;
    }

    private void read(Reading reading) {
        messagesInTurn = 0;
        try {
            reading.run();
        } catch (StreamException e) {
            refuse(failure(e), session.end().rules().outlivesBadAnswer());
        }
        if (heldBack != reader.paused()) {
            heldBack = reader.paused();
            link.reading(!heldBack);
        }
    }

    /** In QEMU a thread of its own reads answers, and only that thread ends over a bad one. */
    private void refuse(Failure failure, boolean goesOn) {
        if (!goesOn) {
            session.end(failure);
        } else if (refusal.isEmpty()) {
            refusal = Optional.of(failure);
            session.migration().error(failure.text());
            session.pump();
        }
    }

    /** Behind each message: stops where more cannot be kept, or others are to have a turn. */
    private void holdBack() {
        if (session.postcopy().requestsFull()) {
            reader.pause();
        } else if (++messagesInTurn == MESSAGES_PER_TURN) {
            reader.pause();
            readOn();
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
        long sentBytes = session.counters().transferredBytes;
        refuse(
                new Failure.Transport(
                        shut ? ChannelRole.MAIN : ChannelRole.RETURN_PATH,
                        sentBytes,
                        what.formatted(sentBytes, why),
                        cause),
                session.end().rules().outlivesBreak());
    }

    private static Failure failure(StreamException refused) {
        return refused.error() == StreamError.RP_SHUT_ERROR
                ? new Failure.PeerReport("Return path: " + refused.getMessage())
                : Failure.Wire.of(ChannelRole.RETURN_PATH, refused);
    }

    @Override
    public long expectedBytes(String block) throws StreamException {
        return session.recovery().expectedBytes(block);
    }

    @Override
    public void message(Element at, ReturnPathMessage message) throws StreamException {
        switch (message) {
            case ReturnPathMessage.Pong(int value) -> pong(value);
            case ReturnPathMessage.Shut(int value) -> shut(value);
            case ReturnPathMessage.ReqPagesId(long start, int length, String block) ->
                    session.postcopy().request(block, start, length);
            case ReturnPathMessage.ReqPages(long start, int length) ->
                    session.postcopy().request(start, length);
            case ReturnPathMessage.RecvBitmap(String block, ReceivedBitmap bitmap) ->
                    session.recovery().bitmap(block, bitmap);
            case ReturnPathMessage.ResumeAck _ -> session.recovery().resumeAck();
            case ReturnPathMessage.SwitchoverAck _ -> switchoverAck();
        }
        holdBack();
    }

    private void pong(int value) {
        // what the destination says about the guest counts before anybody hears of it
        session.postcopy().pong(value);
        session.probe().reached(PointName.PONG, value);
        if (value == SetupPhase.PING_START) {
            session.roundTripMeasured();
        }
        session.end().answered();
        session.pump();
    }

    private void shut(int value) throws StreamException {
        shut = value == 0;
        session.probe().reached(PointName.SHUT, value);
        if (value != 0) {
            throw StreamException.of(
                    StreamError.RP_SHUT_ERROR,
                    "the destination reported that loading failed (SHUT " + value + ")");
        }
        if (session.end().rules().endsByEarlyShut()) {
            session.channels()
                    .foundBroken(
                            new Failure.Transport(
                                    ChannelRole.MAIN,
                                    session.counters().transferredBytes,
                                    "Unable to write to socket: Bad file descriptor",
                                    Optional.empty()));
            return;
        }
        session.end().destinationFinished();
        // a phase may be waiting for something else
        session.pump();
    }

    private void switchoverAck() throws StreamException {
        session.acks().received();
        session.probe().reached(PointName.SWITCHOVER_ACK, session.acks().pending());
        session.pump();
    }
}
