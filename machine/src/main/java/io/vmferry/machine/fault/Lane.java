package io.vmferry.machine.fault;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmferry.machine.control.ControlledChannel.ChannelDirection;
import io.vmferry.machine.link.Cancellable;
import io.vmferry.machine.link.EngineLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One direction of a connection on which faults can be injected. Carries its input in order: at
 * once, late, slowly, changed, or never. Confined to the loop.
 */
public final class Lane {

    /** Limit of bytes held back or lost before the sender sees backpressure. */
    private static final int ROOM_BYTES = 4 << 20;

    /**
     * @param bytes empty for something that is no bytes, such as the end
     */
    private record Item(long dueNanos, ByteBuf bytes, Consumer<ByteBuf> exit) {
        Item atOnce() {
            return new Item(Long.MIN_VALUE, bytes, exit);
        }
    }

    private record LaneMark(long position, Runnable action) {}

    private final EngineLoop loop;
    private final Runnable moved;
    private final Deque<Item> held = new ArrayDeque<>();
    private final List<LaneMark> marks = new ArrayList<>();
    private final Pace pace;
    private boolean open = true;
    private boolean lost;
    private boolean silent;
    private boolean stopped;
    private boolean carrying;
    private Optional<EngineLoop.Timer> armed = Optional.empty();
    private long delayNanos;
    private long stalledUntilNanos = Long.MIN_VALUE;
    private int corruptBytes;
    private long position;
    private long lostBytes;
    private long heldBytes;

    /**
     * A lane that carries everything at once.
     *
     * @param moved runs when something that was held back has gone on
     */
    public Lane(EngineLoop loop, Runnable moved) {
        this.loop = loop;
        this.pace = new Pace(loop);
        this.moved = moved;
    }

    // ---- faults

    /** Nothing that comes from now on gets through, nor what is held back. */
    public void lose() {
        lost = true;
        drop();
    }

    /**
     * Carries nothing until it is restored: what comes is held back as far as there is room, as TCP
     * keeps what a network does not carry and sends it again later.
     */
    public void blackhole() {
        silent = true;
    }

    /** Whether it is to be restored before it carries anything. */
    boolean silent() {
        return silent;
    }

    /** Whether nothing gets through, as if the network had swallowed it. */
    public boolean losing() {
        return lost || silent;
    }

    /** Carries everything at once again, in order, beginning with what was held back. */
    public void restore() {
        silent = false;
        stalledUntilNanos = Long.MIN_VALUE;
        delayNanos = 0;
        pace.unlimit();
        List<Item> late = List.copyOf(held);
        held.clear();
        late.forEach(item -> held.add(item.atOnce()));
        disarm();
        carry();
    }

    /** What has come, what is held back and why, for people. */
    public ChannelDirection state() {
        return new ChannelDirection(position, heldBytes, trouble());
    }

    private Optional<String> trouble() {
        if (silent) {
            return Optional.of("blackhole");
        }
        if (loop.nanoTime() < stalledUntilNanos) {
            return Optional.of("stall");
        }
        if (delayNanos > 0) {
            return Optional.of("delay");
        }
        return pace.limited() ? Optional.of("throttle") : Optional.empty();
    }

    /** How many bytes have come into it. */
    long positionBytes() {
        return position;
    }

    /** Nothing goes on any more; what comes is held back as far as there is room. */
    void stop() {
        stopped = true;
    }

    /** Carries nothing for a time. */
    public void stall(long nanos) {
        stalledUntilNanos = Math.max(stalledUntilNanos, loop.nanoTime() + nanos);
    }

    /** Carries everything later from now on. */
    public void delay(long nanos) {
        delayNanos = nanos;
    }

    /** Carries no more than that from now on. */
    public void throttle(long bytesPerSecond) {
        pace.limit(bytesPerSecond);
    }

    /** Inverts the next bytes. */
    public void corrupt(int bytes) {
        corruptBytes += bytes;
    }

    /** Runs an action at a byte position, before the next byte is carried. */
    Cancellable at(long bytes, Runnable action) {
        LaneMark mark = new LaneMark(bytes, action);
        marks.add(mark);
        marks.sort(Comparator.comparingLong(LaneMark::position));
        reachMarks();
        return () -> marks.remove(mark);
    }

    // ---- carrying

    /** Whether so much is held back or lost that the sender should stop. */
    public boolean full() {
        return heldBytes + lostBytes >= ROOM_BYTES;
    }

    /** Whether nothing is held back, lost or late, nor would be if it came now. */
    boolean carriesAtOnce() {
        return held.isEmpty()
                && !carrying
                && !losing()
                && !pace.limited()
                && delayNanos == 0
                && open
                && !stopped
                && loop.nanoTime() >= stalledUntilNanos;
    }

    /** Whether something is held back. */
    boolean holding() {
        return !held.isEmpty();
    }

    /** Opens or closes the way out; closed, everything is held back. */
    public void open(boolean on) {
        open = on;
        carry();
    }

    /**
     * Carries bytes, whose ownership it takes.
     *
     * @param exit gets them in pieces, with their ownership
     */
    public void pass(ByteBuf bytes, Consumer<ByteBuf> exit) {
        int whole = bytes.readableBytes();
        if (whole > 0 && whole < toNextMark()) {
            // nearly always: no slice, through which each access of the reader would go
            position += whole;
            pass(bytes, whole, exit);
            return;
        }
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
        hold(new Item(due(), carried, exit));
    }

    /** Carries something that is no bytes: the end, or a signal after what was written before. */
    public void pass(Runnable signal) {
        if (!lost) {
            hold(new Item(due(), Unpooled.EMPTY_BUFFER, empty -> signal.run()));
        }
    }

    private void hold(Item item) {
        if (held.isEmpty() && !carrying && !pace.limited() && mayGo(item)) {
            item.exit.accept(item.bytes);
            return;
        }
        held.add(item);
        heldBytes += item.bytes.readableBytes();
        if (!carrying) {
            arm();
        }
    }

    /** Comes back when the first that is held may go. */
    private void arm() {
        if (armed.isEmpty() && open && !stopped && !silent && !held.isEmpty()) {
            long now = loop.nanoTime();
            long due = Math.max(now, goesAtNanos(held.peek()));
            armed =
                    Optional.of(
                            loop.schedule(
                                    due - now,
                                    () -> {
                                        armed = Optional.empty();
                                        carry();
                                    }));
        }
    }

    private void disarm() {
        armed.ifPresent(EngineLoop.Timer::cancel);
        armed = Optional.empty();
    }

    private void carry() {
        if (carrying) {
            return;
        }
        carrying = true;
        boolean some = false;
        try {
            while (!held.isEmpty() && mayGo(held.peek())) {
                some = true;
                carryFirst();
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

    /** All of the first item, or as much as may go at once. */
    private void carryFirst() {
        Item item = held.peek();
        int count = pace.take(item.bytes.readableBytes());
        heldBytes -= count;
        if (count < item.bytes.readableBytes()) {
            item.exit.accept(item.bytes.readRetainedSlice(count));
        } else {
            held.remove();
            item.exit.accept(item.bytes);
        }
    }

    private boolean mayGo(Item item) {
        return open && !stopped && !silent && loop.nanoTime() >= goesAtNanos(item);
    }

    private long goesAtNanos(Item item) {
        return Math.max(Math.max(item.dueNanos, stalledUntilNanos), pace.nextNanos());
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
        held.forEach(item -> item.bytes.release());
        held.clear();
        heldBytes = 0;
    }
}
