package io.vmferry.source.outgoing.figures;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Measures the downtime and what it is spent on. It starts when the vCPUs begin to stop and ends at
 * completion, in postcopy when the package has been sent, or when the guest runs here again; each
 * part ends where the next begins.
 */
public final class DowntimeClock {

    /** What the time of a switchover goes to, in order. */
    public enum Part {
        /** Until the vCPUs stand still. */
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

    private final Map<Part, Long> nanos = new EnumMap<>(Part.class);
    private long startNanos;
    private long partStartNanos;
    private Part part;
    private boolean running;

    public void start(long nowNanos) {
        nanos.clear();
        startNanos = nowNanos;
        partStartNanos = nowNanos;
        part = Part.STOP;
        running = true;
    }

    /** Ends the current part and begins another. */
    public void enter(Part next, long nowNanos) {
        if (running) {
            nanos.merge(part, nowNanos - partStartNanos, Long::sum);
            part = next;
            partStartNanos = nowNanos;
        }
    }

    /** Ends the downtime; later calls change nothing, since the first value set wins. */
    public void end(long nowNanos) {
        enter(part, nowNanos);
        running = false;
    }

    /**
     * The guest runs here again. It has stood still until now, also when the downtime had ended
     * because it was to run elsewhere.
     */
    public void guestBack(long nowNanos) {
        running = part != null;
        end(nowNanos);
    }

    /** All of it, up to now while it lasts. */
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
