package io.vmferry.source.outgoing.channel;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Keeps little of the background under way while vCPUs wait for pages that can only come behind it.
 * Left alone, a background fills the sockets' buffers, which the kernel lets grow to many
 * megabytes: on a loopback tens of milliseconds for each page that is asked for.
 *
 * <p>Behind each portion goes a PING; only so many may be without their PONG. While nobody asks for
 * pages there is no limit and no PING.
 */
public final class BackgroundCredit {

    /** What is written in one go, and answered as a whole. */
    public static final int PORTION_BYTES = 64 * 1024;

    private static final int LEAST_PORTIONS = 3;

    /** A fast network needs so much under way for each second of its round trip. */
    private static final double BYTES_PER_SECOND = 1 << 30;

    /** So far from the peer, what queues is nothing beside the way there. */
    private static final int MOST_PORTIONS = 64;

    /** A guest that has asked for nothing for so long has what it works with. */
    private static final long CALM_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** A destination that answers nothing for so long is sent another portion all the same. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final LongSupplier nanoTime;
    private OptionalLong roundTripNanos = OptionalLong.empty();
    private boolean wanted;
    private long lastWantedNanos;
    private long lastPingNanos;
    private long sinceLastPing;
    private int unanswered;

    public BackgroundCredit(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * Channels begin; what was under way on others is gone with them.
     *
     * @param roundTripNanos how long there and back takes; empty where nobody answers or knows
     */
    void begin(OptionalLong roundTripNanos) {
        this.roundTripNanos = roundTripNanos;
        sinceLastPing = 0;
        unanswered = 0;
        wanted = false;
    }

    /** The destination waits for a page, or soon will. */
    public void wanted() {
        wanted = true;
        lastWantedNanos = nanoTime.getAsLong();
    }

    /** How many may be under way; without bound where nobody knows what that would cost. */
    private long mostPortions() {
        if (roundTripNanos.isEmpty()) {
            return Long.MAX_VALUE;
        }
        double bytes = roundTripNanos.getAsLong() / 1e9 * BYTES_PER_SECOND;
        return Math.max(LEAST_PORTIONS, (long) Math.ceil(bytes / PORTION_BYTES));
    }

    /** Whether the background goes in portions now. */
    public boolean inPortions() {
        if (wanted && nanosUntilCalm() <= 0) {
            wanted = false;
        }
        return wanted && mostPortions() <= MOST_PORTIONS;
    }

    /**
     * Whether the next portion has to wait: for a PONG, or until nobody has asked for a while. Not
     * for ever: who asks for pages without end and answers nothing is sent the rest as well.
     */
    public boolean spent() {
        return inPortions()
                && unanswered >= mostPortions()
                && nanoTime.getAsLong() - lastPingNanos < PATIENCE_NANOS;
    }

    public long nanosUntilCalm() {
        return CALM_NANOS - (nanoTime.getAsLong() - lastWantedNanos);
    }

    /**
     * So much of the background has been written.
     *
     * @return whether a PING is due behind it
     */
    public boolean written(int bytes) {
        sinceLastPing += bytes;
        if (sinceLastPing < PORTION_BYTES || !inPortions()) {
            return false;
        }
        sinceLastPing = 0;
        unanswered++;
        lastPingNanos = nanoTime.getAsLong();
        return true;
    }

    /** A portion has been read. */
    void answered() {
        unanswered = Math.max(0, unanswered - 1);
    }
}
