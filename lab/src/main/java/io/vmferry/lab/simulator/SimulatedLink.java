package io.vmferry.lab.simulator;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.LinkListener;
import io.vmferry.protocol.channel.ChannelRole;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** One end of a connection in memory, with latency, bandwidth, bounded buffers and faults. */
public final class SimulatedLink implements Link {

    /** Output beyond this makes the link unwritable, as the water marks of a socket do. */
    private static final int WINDOW_BYTES = 1 << 20;

    private static final int MAX_SMALL_FRAGMENTS = 4000;

    /** The bytes of one write, and the arrival times of the first and the last. */
    private static final class WriteInTransit {
        private final long fromNanos;
        private final long toNanos;
        private final byte[] bytes;

        WriteInTransit(long fromNanos, long toNanos, byte[] bytes) {
            this.fromNanos = fromNanos;
            this.toNanos = toNanos;
            this.bytes = bytes;
        }

        /** The bytes of it that have arrived by now. */
        byte[] arrivedBy(long nowNanos) {
            double share = (nowNanos - fromNanos) / (double) Math.max(1, toNanos - fromNanos);
            return Arrays.copyOf(bytes, (int) (bytes.length * Math.clamp(share, 0, 1)));
        }
    }

    private final VirtualTime time;
    private final SimulatedHost host;
    private final SimulatedNetwork.LinkProfile profile;
    private final SplittableRandom random;
    private final Deque<byte[]> inbox = new ArrayDeque<>();
    private final Deque<WriteInTransit> coming = new ArrayDeque<>();

    private final Set<ChannelRole> roles = new LinkedHashSet<>();

    @SuppressWarnings("NullAway.Init") // the two ends are set on each other before either is used
    private SimulatedLink peer;

    private @Nullable LinkListener listener;
    private boolean reading = true;
    private boolean open = true;
    private boolean stalled;
    private boolean silent;
    private boolean endTold;
    private long droppedBytes;
    private Optional<Optional<IOException>> end = Optional.empty();
    private int fragments;
    private long outstandingBytes;
    private long peakOutstandingBytes;
    private long busyUntilNanos;
    private long sentBytes;
    private long cutAfterBytes = Long.MAX_VALUE;
    private Runnable beforeCut = () -> {};

    private SimulatedLink(
            VirtualTime time,
            SimulatedHost host,
            SimulatedNetwork.LinkProfile profile,
            SplittableRandom random) {
        this.time = time;
        this.host = host;
        this.profile = profile;
        this.random = random;
    }

    /** Connects two hosts; the first end is {@code a}'s. */
    static SimulatedLink pair(
            VirtualTime time,
            SimulatedHost a,
            SimulatedHost b,
            SimulatedNetwork.LinkProfile profile,
            SplittableRandom random) {
        SimulatedLink one = new SimulatedLink(time, a, profile, random);
        SimulatedLink two = new SimulatedLink(time, b, profile, random);
        one.peer = two;
        two.peer = one;
        a.opened(one);
        b.opened(two);
        return one;
    }

    SimulatedLink peerEnd() {
        return peer;
    }

    /** The roles that this end's engine has declared for the connection. */
    Set<ChannelRole> roles() {
        return roles;
    }

    // ---- faults

    /** Whether the connection is not yet closed at both ends. */
    boolean isOpen() {
        return open || peer.open;
    }

    /** Cuts the connection when {@code bytes} more bytes of this end have arrived. */
    void cutAfter(long bytes, Runnable justBefore) {
        cutAfterBytes = sentBytes + bytes;
        beforeCut = justBefore;
    }

    private void cutNow() {
        if (isOpen()) {
            beforeCut.run();
        }
        cut();
    }

    /** Cuts the connection: both ends see it reset. */
    void cut() {
        lose(new IOException("Connection reset by peer"));
        peer.lose(new IOException("Connection reset by peer"));
    }

    /** Delays the bytes in transit to this end for a while. */
    void stall(long nanos) {
        stalled = true;
        time.schedule(
                nanos,
                () -> {
                    stalled = false;
                    deliver();
                });
    }

    /** Carries nothing any more; both ends notice after a time limit. */
    void halfOpen(long patienceNanos) {
        stall(patienceNanos + 1);
        peer.stall(patienceNanos + 1);
        time.schedule(
                patienceNanos,
                () -> {
                    lose(new IOException("Connection timed out"));
                    peer.lose(new IOException("Connection timed out"));
                });
    }

    /** Delivers nothing to this end any more, without an error. */
    void silence() {
        silent = true;
    }

    /** Resets the connection for this end only. */
    void seesReset() {
        lose(new IOException("Connection reset by peer"));
    }

    /** The bytes that this end has written. */
    long sentBytes() {
        return sentBytes;
    }

    /**
     * The bytes that this end has sent and the other one has not received, or has dropped after an
     * exception.
     */
    long undeliveredBytes() {
        return outstandingBytes + droppedBytes;
    }

    /** The maximum of undelivered bytes, in either direction. */
    long peakBytes() {
        return Math.max(peakOutstandingBytes, peer.peakOutstandingBytes);
    }

    /** Resets the connection after this end's process has died. */
    void killed() {
        if (open) {
            open = false;
            time.schedule(
                    profile.latencyNanos(),
                    () -> peer.lose(new IOException("Connection reset by peer")));
        }
    }

    /** Ends the connection with an error, after the bytes that have arrived by now. */
    private void lose(IOException cause) {
        if (open) {
            inbox.clear();
            if (deliverable() && !coming.isEmpty()) {
                enqueue(coming.peek().arrivedBy(time.nowNanos()));
            }
            end = Optional.of(Optional.of(cause));
            deliver();
        }
    }

    // ---- Link

    @Override
    public void attach(LinkListener next) {
        listener = next;
        time.schedule(0, this::deliver);
    }

    @Override
    public boolean writable() {
        return open && outstandingBytes < WINDOW_BYTES;
    }

    @Override
    public void write(ByteBuf bytes) {
        try {
            if (!open) {
                return;
            }
            byte[] all = ByteBufUtil.getBytes(bytes);
            outstandingBytes += all.length;
            peakOutstandingBytes = Math.max(peakOutstandingBytes, outstandingBytes);
            long fromNanos = Math.max(time.nowNanos(), busyUntilNanos);
            busyUntilNanos = fromNanos + transferNanos(all.length);
            WriteInTransit write =
                    new WriteInTransit(
                            fromNanos + profile.latencyNanos(),
                            busyUntilNanos + profile.latencyNanos(),
                            all);
            peer.coming.add(write);
            sentBytes += all.length;
            if (sentBytes >= cutAfterBytes) {
                long carried = all.length - (sentBytes - cutAfterBytes);
                cutAfterBytes = Long.MAX_VALUE;
                time.schedule(
                        write.fromNanos + transferNanos(carried) - time.nowNanos(), this::cutNow);
            }
            time.schedule(write.toNanos - time.nowNanos(), peer::arrive);
        } finally {
            bytes.release();
        }
    }

    private long transferNanos(long bytes) {
        return (long) (bytes * 1e9 / profile.bytesPerSecond());
    }

    @Override
    public void flush() {
        // a write is in transit at once
    }

    @Override
    public void whenDrained(Runnable action) {
        time.schedule(
                busyUntilNanos - time.nowNanos(),
                () -> {
                    if (open) {
                        host.run(action);
                    }
                });
    }

    @Override
    public void reading(boolean on) {
        reading = on;
        if (on) {
            time.schedule(0, this::deliver);
        }
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            long when = Math.max(busyUntilNanos, time.nowNanos()) + profile.latencyNanos();
            time.schedule(when - time.nowNanos(), peer::ended);
        }
    }

    @Override
    public void abort() {
        killed();
    }

    @Override
    public void carries(ChannelRole role) {
        roles.add(role);
    }

    @Override
    public OptionalLong roundTripNanos() {
        return OptionalLong.of(2 * profile.latencyNanos());
    }

    @Override
    public String peer() {
        return peer.host.name();
    }

    // ---- arrival

    private void arrive() {
        WriteInTransit write = coming.remove();
        if (open) {
            enqueue(write.bytes);
            deliver();
        }
    }

    private void enqueue(byte[] bytes) {
        int from = 0;
        while (from < bytes.length) {
            int length = Math.min(bytes.length - from, nextFragmentBytes());
            inbox.add(Arrays.copyOfRange(bytes, from, from + length));
            from += length;
        }
    }

    /**
     * The size of the next fragment; after some thousands of small ones they become large, for
     * speed.
     */
    private int nextFragmentBytes() {
        int most =
                fragments++ < MAX_SMALL_FRAGMENTS
                        ? profile.maxFragmentBytes()
                        : Math.max(profile.maxFragmentBytes(), WINDOW_BYTES);
        return 1 + random.nextInt(most);
    }

    private void ended() {
        if (open) {
            end = Optional.of(Optional.empty());
            deliver();
        }
    }

    private void deliver() {
        while (deliverable() && !inbox.isEmpty()) {
            byte[] bytes = inbox.remove();
            LinkListener to = Objects.requireNonNull(listener, "It is deliverable");
            if (!host.run(() -> to.received(Unpooled.wrappedBuffer(bytes)))) {
                peer.droppedBytes += bytes.length;
            }
            peer.taken(bytes.length);
        }
        if (deliverable() && end.isPresent() && !endTold) {
            endTold = true;
            open = false;
            LinkListener to = Objects.requireNonNull(listener, "It is deliverable");
            host.run(() -> to.closed(end.get()));
        }
    }

    private boolean deliverable() {
        boolean broken = end.isPresent() && end.get().isPresent();
        return open
                && host.alive()
                && listener != null
                && !stalled
                && !silent
                && (reading || broken);
    }

    private void taken(int bytes) {
        boolean before = writable();
        outstandingBytes -= bytes;
        if (!before && writable() && listener != null) {
            host.run(listener::writable);
        }
    }
}
