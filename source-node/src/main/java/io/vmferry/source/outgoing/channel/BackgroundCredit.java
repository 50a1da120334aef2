package io.vmferry.source.outgoing.channel;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Limits the background pages in flight while vCPUs wait for requested pages that queue behind
 * them. Without a limit the background fills the socket buffers, which the kernel grows to many
 * megabytes: on a loopback tens of milliseconds for each requested page.
 *
 * <p>Each portion is followed by a PING; the number of PINGs without a PONG is limited. While no
 * page is requested there is neither limit nor PING.
 */
public final class BackgroundCredit {

    /** Size of a portion, which is acknowledged as a whole. */
    public static final int PORTION_BYTES = 64 * 1024;

    private static final int LEAST_PORTIONS = 3;

    /** Bytes in flight for each second of the round trip, enough for a fast network. */
    private static final double BYTES_PER_SECOND = 1 << 30;

    /**
     * Limit above which no portions are used: queueing is short compared with such a round trip.
     */
    private static final int MOST_PORTIONS = 64;

    /** Time without a request after which the background is not limited any more. */
    private static final long CALM_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** Time without a PONG after which another portion is sent anyway. */
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
     * Starts again on new channels.
     *
     * @param roundTripNanos the round trip; empty where it is not known or nothing is answered
     */
    void begin(OptionalLong roundTripNanos) {
        this.roundTripNanos = roundTripNanos;
        sinceLastPing = 0;
        unanswered = 0;
        wanted = false;
    }

    /** Notes that the destination waits for a page, or soon will. */
    public void wanted() {
        wanted = true;
        lastWantedNanos = nanoTime.getAsLong();
    }

    /** The portions that may be in flight; unlimited where the round trip is not known. */
    private long mostPortions() {
        if (roundTripNanos.isEmpty()) {
            return Long.MAX_VALUE;
        }
        double bytes = roundTripNanos.getAsLong() / 1e9 * BYTES_PER_SECOND;
        return Math.max(LEAST_PORTIONS, (long) Math.ceil(bytes / PORTION_BYTES));
    }

    /** Whether the background is sent in portions now. */
    public boolean inPortions() {
        if (wanted && nanosUntilCalm() <= 0) {
            wanted = false;
        }
        return wanted && mostPortions() <= MOST_PORTIONS;
    }

    /** Whether the next portion has to wait, for a limited time, for a PONG or for no requests. */
    public boolean spent() {
        return inPortions()
                && unanswered >= mostPortions()
                && nanoTime.getAsLong() - lastPingNanos < PATIENCE_NANOS;
    }

    public long nanosUntilCalm() {
        return CALM_NANOS - (nanoTime.getAsLong() - lastWantedNanos);
    }

    /**
     * Counts background bytes that were written.
     *
     * @return whether a PING is due after it
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

    /** Counts an acknowledged portion. */
    void answered() {
        unanswered = Math.max(0, unanswered - 1);
    }
}
