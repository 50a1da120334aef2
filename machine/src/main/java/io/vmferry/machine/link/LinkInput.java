package io.vmferry.machine.link;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The receiving half that all links share: input is delivered to the listener in order, or held
 * while none is attached or reading is off. Confined to the loop.
 *
 * <p>A transport reads on after it was told to stop when the peer has hung up, so holding input
 * here is what makes {@link Link#reading} a promise. How much can pile up is bounded by the
 * kernel's socket buffer.
 */
final class LinkInput {

    private final EngineLoop loop;
    private final Runnable consumed;
    private final Deque<ByteBuf> held = new ArrayDeque<>();
    private @Nullable LinkListener listener;
    private boolean reading = true;
    private boolean muted;
    private boolean told;
    private Optional<IOException> cause = Optional.empty();
    private boolean ended;

    /**
     * @param consumed runs on the loop after each consumed buffer
     */
    LinkInput(EngineLoop loop, Runnable consumed) {
        this.loop = loop;
        this.consumed = consumed;
    }

    void attach(LinkListener next) {
        listener = next;
        loop.execute(this::handOver);
    }

    void reading(boolean on) {
        reading = on;
        if (on) {
            loop.execute(this::handOver);
        }
    }

    /** Whether more input is wanted now. */
    boolean open() {
        return listener != null && reading && !muted;
    }

    /** The listener, or null before the first {@link #attach}. */
    @Nullable LinkListener listener() {
        return listener;
    }

    /** Memory that the next bytes belong in, if what comes is delivered at once. */
    Optional<ByteBuf> memory() {
        return listener != null && open() && held.isEmpty() ? listener.memory() : Optional.empty();
    }

    /** Takes input over; the buffer is released when it has been consumed. */
    void received(ByteBuf bytes) {
        if (muted) {
            done(bytes);
        } else if (open() && held.isEmpty()) {
            deliver(bytes);
        } else {
            held.add(bytes);
        }
    }

    /** Reports the end of the link after the earlier input. */
    void ended(Optional<IOException> why) {
        if (!ended) {
            ended = true;
            cause = why;
            handOver();
        }
    }

    /** Reports a failure, also one of the output after the input has ended in an orderly way. */
    void failed(IOException why) {
        if (cause.isEmpty()) {
            ended = true;
            told = false;
            cause = Optional.of(why);
            handOver();
        }
    }

    /** Mutes the input after our side has closed. */
    void mute() {
        muted = true;
        while (!held.isEmpty()) {
            done(held.poll());
        }
    }

    private void handOver() {
        while (open() && !held.isEmpty()) {
            deliver(held.poll());
        }
        // A failure is reported even while reading is off; an orderly end waits its turn.
        boolean mayTell = listener != null && held.isEmpty() && (reading || cause.isPresent());
        if (ended && mayTell && !muted && !told) {
            told = true;
            Objects.requireNonNull(listener, "Input is open").closed(cause);
        }
    }

    private void deliver(ByteBuf bytes) {
        try {
            Objects.requireNonNull(listener, "Input is open").received(bytes);
        } finally {
            done(bytes);
        }
    }

    private void done(ByteBuf bytes) {
        bytes.release();
        consumed.run();
    }
}
