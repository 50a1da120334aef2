package io.vmferry.source.outgoing.channel;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.link.EngineLoop;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.LinkListener;
import io.vmferry.machine.text.Figures;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.returnpath.ReturnPathListener;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import io.vmferry.protocol.returnpath.ReturnPathReader;
import io.vmferry.protocol.status.Side;
import io.vmferry.protocol.stream.Cumulation;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import io.vmferry.protocol.stream.StreamReading;
import io.vmferry.source.outgoing.figures.OutgoingCounters;
import io.vmferry.source.outgoing.state.AttemptState;
import io.vmferry.source.outgoing.state.Turns;
import java.io.IOException;
import java.util.Optional;

/** Reads the return path, on whichever connection carries it. */
public final class SourceReturnPath implements LinkListener, ReturnPathListener {

    /** Messages read before the loop handles other tasks: pages, commands, timers. */
    private static final int MESSAGES_PER_TURN = 1024;

    private final Link link;
    private final boolean inline;
    private final AttemptState attempt;
    private final Answers answers;
    private final Liveness liveness;
    private final ChannelFailures failures;
    private final OutgoingCounters counters;
    private final EngineLoop loop;
    private final Turns turns;
    private final Cumulation input = new Cumulation();
    private final ReturnPathReader reader;
    private int messagesInTurn;
    private boolean readsSoon;
    private boolean heldBack;

    /**
     * @param inline whether the connection carries the main channel as well
     */
    SourceReturnPath(
            Link link,
            boolean inline,
            Profile profile,
            AttemptState attempt,
            Answers answers,
            Liveness liveness,
            ChannelFailures failures,
            OutgoingCounters counters,
            EngineLoop loop,
            Turns turns) {
        this.link = link;
        this.inline = inline;
        this.attempt = attempt;
        this.answers = answers;
        this.liveness = liveness;
        this.failures = failures;
        this.counters = counters;
        this.loop = loop;
        this.turns = turns;
        boolean acks = profile.has(Trait.SWITCHOVER_ACK);
        this.reader = new ReturnPathReader(this, answers, acks);
    }

    /** Continues to read after a pause, in a task of its own; may be called at any time. */
    public void readOn() {
        if (reader.paused() && !readsSoon) {
            readsSoon = true;
            loop.execute(() -> {
                readsSoon = false;
                if (!attempt.halted() && !answers.requested().full()) {
                    reader.resume();
                    read(() -> input.again(reader::read));
                }
            });
        }
    }

    public void release() {
        input.release();
    }

    @Override
    public void received(ByteBuf bytes) {
        if (!attempt.halted()) {
            liveness.heard();
            if (failures.answersRefused()) {
                return;
            }
            read(() -> input.feed(bytes, reader::read));
        }
    }

    private void read(StreamReading reading) {
        messagesInTurn = 0;
        try {
            reading.run();
        } catch (StreamException e) {
            failures.badAnswer(failure(e));
        }
        if (heldBack != reader.paused()) {
            heldBack = reader.paused();
            link.reading(!heldBack);
        }
    }

    /** Pauses after a message when the queue is full, or when other tasks are due. */
    private void holdBack() {
        if (answers.requested().full()) {
            reader.pause();
        } else if (++messagesInTurn == MESSAGES_PER_TURN) {
            reader.pause();
            readOn();
        }
    }

    @Override
    public void writable() {
        turns.now();
    }

    @Override
    public void closed(Optional<IOException> cause) {
        boolean shut = answers.handover().shut();
        boolean alone = link.endsSeparately() && cause.isEmpty();
        if (shut && (!inline || alone)) {
            return;
        }
        String what =
                shut
                        ? "Main channel broke after %s bytes"
                        : "Return path broke after %s bytes were sent, before SHUT came back";
        long sentBytes = counters.transferredBytes;
        failures.answersBroke(
                Failure.ConnectionFailure.broken(
                        shut ? ChannelRole.MAIN : ChannelRole.RETURN_PATH,
                        sentBytes,
                        what.formatted(Figures.number(sentBytes)),
                        Side.DESTINATION,
                        cause),
                alone);
    }

    private static Failure failure(StreamException refused) {
        return refused.error() == StreamError.RP_SHUT_ERROR
                ? new Failure.PeerReport("Return path: " + refused.getMessage())
                : Failure.Wire.of(ChannelRole.RETURN_PATH, refused);
    }

    @Override
    public void message(long offset, long lengthBytes, ReturnPathMessage message)
            throws StreamException {
        answers.message(message, failures);
        holdBack();
    }
}
