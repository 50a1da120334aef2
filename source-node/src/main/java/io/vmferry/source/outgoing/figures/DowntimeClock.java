package io.vmferry.source.outgoing.figures;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Measures the downtime and its parts. It starts when the vCPUs begin to stop and ends at
 * completion, in postcopy when the package has been sent, or when the guest runs here again.
 */
public final class DowntimeClock {

    /** The parts of the downtime, in order. */
    public enum Part {
        /** Until the vCPUs are stopped. */
        STOP("stopping vCPUs"),
        /** Waiting for {@code migrate-continue} in pre-switchover. */
        PAUSE("pre-switchover pause"),
        /** Last dirty sync and the pages it found. */
        RAM("remaining RAM"),
        /** Device state. */
        DEVICES("device state"),
        /** Until all bytes were taken by the transport. */
        FLUSH("flush"),
        /** Until the destination said that it runs the guest. */
        DESTINATION("destination");

        private final String text;

        Part(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }

    private final LongSupplier nanoTime;
    private final Map<Part, Long> nanos = new EnumMap<>(Part.class);
    private long startNanos;
    private long partStartNanos;
    private @Nullable Part part;
    private boolean running;

    /** A downtime that has not begun. */
    public DowntimeClock(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Starts the downtime: the vCPUs begin to stop. */
    public void start() {
        nanos.clear();
        startNanos = nanoTime.getAsLong();
        partStartNanos = startNanos;
        part = Part.STOP;
        running = true;
    }

    /** Ends the current part and begins another. */
    public void enter(Part next) {
        if (running) {
            long now = nanoTime.getAsLong();
            nanos.merge(
                    Objects.requireNonNull(part, "It runs in a part"),
                    now - partStartNanos,
                    Long::sum);
            part = next;
            partStartNanos = now;
        }
    }

    /** Ends the downtime; later calls change nothing, since the first value set wins. */
    public void end() {
        if (part != null) {
            enter(part);
        }
        running = false;
    }

    /** Ends the downtime because the guest runs here again, even if it had ended before. */
    public void guestBack() {
        running = part != null;
        end();
    }

    /**
     * All of it, up to now while it lasts.
     *
     * @param nowNanos the end of a migration that has ended
     */
    public long totalNanos(long nowNanos) {
        if (part == null) {
            return 0;
        }
        return (running ? nowNanos : partStartNanos) - startNanos;
    }

    /** The finished parts by their readable name with their nanoseconds, in order. */
    public Map<String, Long> parts() {
        Map<String, Long> byText = new LinkedHashMap<>();
        nanos.forEach((finished, spent) -> byText.put(finished.text(), spent));
        return byText;
    }
}
