package io.vmferry.machine.fault;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.link.EngineLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * One direction of a {@link FaultyLink}. Carries what it is given in order: at once, late, changed,
 * or never. Owned by the loop.
 */
final class Lane {

    /** What is held back, or lost, before whoever sends sees that nothing moves. */
    private static final int ROOM_BYTES = 4 << 20;

    /**
     * @param bytes null for something that is no bytes, such as the end
     */
    private record Item(long dueNanos, int size, ByteBuf bytes, Runnable carry) {}

    private record Mark(long position, Runnable action) {}

    private final EngineLoop loop;
    private final Runnable moved;
    private final Deque<Item> held = new ArrayDeque<>();
    private final List<Mark> marks = new ArrayList<>();
    private boolean open = true;
    private boolean lost;
    private boolean stopped;
    private boolean carrying;
    private boolean armed;
    private long delayNanos;
    private long stalledUntilNanos = Long.MIN_VALUE;
    private int corruptBytes;
    private long position;
    private long lostBytes;
    private long heldBytes;

    /**
     * @param moved runs when something that was held back has gone on
     */
    Lane(EngineLoop loop, Runnable moved) {
        this.loop = loop;
        this.moved = moved;
    }

    // ---- faults

    /** Nothing that comes from now on gets through, nor what is held back. */
    void lose() {
        lost = true;
        drop();
    }

    boolean losing() {
        return lost;
    }

    /** Nothing goes on any more; what comes is held back as far as there is room. */
    void stop() {
        stopped = true;
    }

    void stall(long nanos) {
        stalledUntilNanos = loop.nanoTime() + nanos;
    }

    void delay(long nanos) {
        delayNanos = nanos;
    }

    void corrupt(int bytes) {
        corruptBytes += bytes;
    }

    /** Runs an action when so many bytes have come in all, before the next one goes on. */
    void at(long bytes, Runnable action) {
        marks.add(new Mark(bytes, action));
        marks.sort(Comparator.comparingLong(Mark::position));
        reachMarks();
    }

    // ---- carrying

    /** Whether so much is held back or lost that the sender should stop. */
    boolean full() {
        return heldBytes + lostBytes >= ROOM_BYTES;
    }

    /** Whether something is held back. */
    boolean holding() {
        return !held.isEmpty();
    }

    /** Opens or closes the way out; closed, everything is held back. */
    void open(boolean on) {
        open = on;
        carry();
    }

    /**
     * Carries bytes, whose ownership it takes.
     *
     * @param exit gets them in pieces, with their ownership
     */
    void pass(ByteBuf bytes, Consumer<ByteBuf> exit) {
        try {
            while (bytes.isReadable()) {
                int size = (int) Math.min(bytes.readableBytes(), toNextMark());
                ByteBuf piece = bytes.readRetainedSlice(size);
                position += size;
                pass(piece, size, exit);
                reachMarks();
            }
        } finally {
            bytes.release();
        }
    }

    private void pass(ByteBuf piece, int size, Consumer<ByteBuf> exit) {
        if (lost) {
            lostBytes += size;
            piece.release();
            return;
        }
        ByteBuf carried = corruptBytes > 0 ? corrupted(piece) : piece;
        hold(new Item(due(), size, carried, () -> exit.accept(carried)));
    }

    /** Carries something that is no bytes: the end, or a signal behind what was written before. */
    void pass(Runnable signal) {
        if (!lost) {
            hold(new Item(due(), 0, null, signal));
        }
    }

    private void hold(Item item) {
        if (held.isEmpty() && !carrying && mayGo(item)) {
            item.carry.run();
            return;
        }
        held.add(item);
        heldBytes += item.size;
        if (!carrying) {
            arm();
        }
    }

    /** Comes back when the first that is held may go. */
    private void arm() {
        if (!armed && open && !stopped && !held.isEmpty()) {
            armed = true;
            long now = loop.nanoTime();
            long due = Math.max(now, Math.max(held.peek().dueNanos, stalledUntilNanos));
            loop.schedule(
                    due - now,
                    () -> {
                        armed = false;
                        carry();
                    });
        }
    }

    private void carry() {
        if (carrying) {
            return;
        }
        carrying = true;
        boolean some = false;
        try {
            while (!held.isEmpty() && mayGo(held.peek())) {
                Item item = held.poll();
                heldBytes -= item.size;
                some = true;
                item.carry.run();
            }
        } finally {
            // also when the engine throws: what is held goes on at the next turn
            carrying = false;
            arm();
        }
        if (some) {
            moved.run();
        }
    }

    private boolean mayGo(Item item) {
        long now = loop.nanoTime();
        return open && !stopped && now >= item.dueNanos && now >= stalledUntilNanos;
    }

    private long due() {
        return delayNanos == 0 ? Long.MIN_VALUE : loop.nanoTime() + delayNanos;
    }

    private ByteBuf corrupted(ByteBuf piece) {
        ByteBuf copy = piece.copy();
        piece.release();
        int count = Math.min(corruptBytes, copy.readableBytes());
        for (int i = copy.readerIndex(); i < copy.readerIndex() + count; i++) {
            copy.setByte(i, ~copy.getByte(i));
        }
        corruptBytes -= count;
        return copy;
    }

    private long toNextMark() {
        return marks.isEmpty() ? Long.MAX_VALUE : marks.getFirst().position - position;
    }

    private void reachMarks() {
        while (!marks.isEmpty() && marks.getFirst().position <= position) {
            marks.removeFirst().action.run();
        }
    }

    /** Gives back what is held, when it will never go on. */
    void drop() {
        for (Item item : held) {
            if (item.bytes != null) {
                item.bytes.release();
            }
        }
        held.clear();
        heldBytes = 0;
    }
}
