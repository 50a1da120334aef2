package io.vmferry.tools.proxy;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.link.EngineLoop;
import io.vmferry.machine.link.Link;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * One direction of one connection: carries bytes, late if it must, and keeps the sender from
 * sending more than it may keep. Owned by the loop.
 */
final class Lane {

    private static final long MAX_WAITING_BYTES = 1 << 20;

    /** What is written at once of a throttled lane, so that its pace is even. */
    private static final int PACED_BYTES = 4096;

    /** What a throttled lane may make up for when its timer was late. */
    private static final long PACE_SLACK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private record Due(ByteBuf bytes, long nanos) {}

    private record Swapped(ByteBuf message, Optional<Wanted> behind) {}

    private final Link from;
    private final Link to;
    private final EngineLoop loop;
    private final Deque<Due> waiting = new ArrayDeque<>();
    private Optional<Swapped> swapped = Optional.empty();
    private long waitingBytes;
    private long notBeforeNanos;
    private long delayNanos;
    private long bytesPerSecond;
    private long pacedUntilNanos;
    private boolean scheduled;
    private boolean swallowing;
    private boolean ended;

    Lane(Link from, Link to, EngineLoop loop) {
        this.from = from;
        this.to = to;
        this.loop = loop;
        this.notBeforeNanos = loop.nanoTime();
    }

    /** Carries bytes behind all that came before. Takes ownership. */
    void carry(ByteBuf bytes) {
        if (swallowing || !bytes.isReadable()) {
            bytes.release();
            return;
        }
        waitingBytes += bytes.readableBytes();
        waiting.add(new Due(bytes, loop.nanoTime() + delayNanos));
        move();
    }

    /** Carries a message; one that was to change places with it follows. */
    void carryMessage(Passing passing, ByteBuf message) {
        carry(message);
        if (swapped.filter(s -> s.behind().filter(w -> !w.matches(passing)).isEmpty())
                .isPresent()) {
            carrySwapped();
        }
    }

    /** Carries a message behind another one, or the next. */
    void swap(ByteBuf message, Optional<Wanted> behind) {
        carrySwapped();
        swapped = Optional.of(new Swapped(message, behind));
    }

    private void carrySwapped() {
        swapped.map(Swapped::message).ifPresent(this::carry);
        swapped = Optional.empty();
    }

    /** Carries nothing for a time. */
    void hold(long nanos) {
        notBeforeNanos = Math.max(notBeforeNanos, loop.nanoTime() + nanos);
    }

    /** Carries everything later from now on. */
    void delay(long nanos) {
        delayNanos = nanos;
    }

    /** Carries no more than that from now on. */
    void throttle(long rate) {
        bytesPerSecond = rate;
        pacedUntilNanos = loop.nanoTime();
    }

    /** Carries nothing any more, not even the end. */
    void swallow() {
        swallowing = true;
        waiting.forEach(due -> due.bytes().release());
        waiting.clear();
        waitingBytes = 0;
        from.reading(true);
    }

    /** The sender has ended: so does the receiver's side, once all is carried. */
    void end() {
        carrySwapped();
        ended = true;
        move();
    }

    /** The receiver takes more. */
    void writable() {
        move();
    }

    private void move() {
        boolean wrote = false;
        while (!waiting.isEmpty() && to.writable() && dueIn() <= 0) {
            write(waiting.peek());
            wrote = true;
        }
        if (wrote) {
            to.flush();
        }
        if (!waiting.isEmpty() && to.writable()) {
            waitFor(dueIn());
        }
        if (ended && waiting.isEmpty() && !swallowing) {
            to.close();
        } else if (!swallowing && !ended) {
            from.reading(waitingBytes < MAX_WAITING_BYTES);
        }
    }

    private long dueIn() {
        long due = Math.max(waiting.peek().nanos(), notBeforeNanos);
        return Math.max(due, bytesPerSecond > 0 ? pacedUntilNanos : due) - loop.nanoTime();
    }

    private void write(Due due) {
        ByteBuf bytes = due.bytes();
        int count =
                bytesPerSecond > 0
                        ? Math.min(PACED_BYTES, bytes.readableBytes())
                        : bytes.readableBytes();
        waitingBytes -= count;
        if (bytesPerSecond > 0) {
            long now = Math.max(pacedUntilNanos, loop.nanoTime() - PACE_SLACK_NANOS);
            pacedUntilNanos = now + count * TimeUnit.SECONDS.toNanos(1) / bytesPerSecond;
        }
        if (count < bytes.readableBytes()) {
            to.write(bytes.readRetainedSlice(count));
        } else {
            waiting.poll();
            to.write(bytes);
        }
    }

    private void waitFor(long nanos) {
        if (!scheduled) {
            scheduled = true;
            loop.schedule(
                    Math.max(0, nanos),
                    () -> {
                        scheduled = false;
                        move();
                    });
        }
    }
}
