package io.vmferry.source;

import io.vmferry.machine.daemon.Figures;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.source.outgoing.OutgoingFigures;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What a person reads about an outgoing migration: the progress line and the verdict. */
final class OutgoingText {

    /** So that a usual line fits into 80 columns. */
    private static final int BAR_COLUMNS = 8;

    private OutgoingText() {}

    /** One line about a migration under way. */
    static String progress(OutgoingFigures figures) {
        if (figures.status() == MigrationStatus.SETUP) {
            return "setup, connecting";
        }
        OutgoingFigures.Ram ram = figures.ram();
        long done = ram.totalBytes() - ram.remainingBytes();
        return String.format(
                Locale.ROOT,
                "%s %s %s left, %s/s, dirty %s pages/s, downtime ~%d ms%s",
                figures.status() == MigrationStatus.ACTIVE
                        ? "pass " + ram.dirtySyncCount()
                        : figures.status().qmpName(),
                bar(ram.totalBytes() == 0 ? 1 : (double) done / ram.totalBytes()),
                Figures.bytes(ram.remainingBytes()),
                Figures.bytes(ram.bytesPerSecond()),
                Figures.count(ram.dirtyPagesPerSecond()),
                figures.expectedDowntimeMillis(),
                figures.cpuThrottlePercentage() > 0
                        ? ", throttle " + figures.cpuThrottlePercentage() + " %"
                        : "");
    }

    private static String bar(double share) {
        int filled = (int) Math.round(Math.clamp(share, 0, 1) * BAR_COLUMNS);
        return "[" + "#".repeat(filled) + ".".repeat(BAR_COLUMNS - filled) + "]";
    }

    /**
     * The outcome in a few lines.
     *
     * @param guest what has become of the guest, as a sentence
     */
    static String verdict(OutgoingFigures figures, String guest) {
        StringBuilder text = new StringBuilder();
        text.append("migration ").append(figures.status().qmpName()).append(": ").append(guest);
        figures.error().ifPresent(error -> text.append("\n  reason     ").append(error));
        text.append("\n  total      ").append(Figures.nanos(figures.totalNanos()));
        text.append(", setup ").append(Figures.nanos(figures.setupNanos()));
        if (figures.downtimeNanos() > 0) {
            text.append("\n  downtime   ").append(Figures.nanos(figures.downtimeNanos()));
            if (figures.status() == MigrationStatus.COMPLETED) {
                text.append(parts(figures.downtimeParts()));
            }
        }
        OutgoingFigures.Ram ram = figures.ram();
        text.append("\n  sent       ").append(Figures.bytes(ram.transferredBytes()));
        double seconds = Math.max(1, figures.totalNanos() - figures.setupNanos()) / 1e9;
        text.append(" at ")
                .append(Figures.bytes((long) (ram.transferredBytes() / seconds)))
                .append("/s");
        text.append("\n  pages      ").append(ram.normalPages()).append(" with content, ");
        text.append(ram.zeroPages()).append(" of zeros, ");
        text.append(ram.dirtySyncCount()).append(" dirty syncs");
        return text.toString();
    }

    private static String parts(Map<String, Long> parts) {
        return parts.entrySet().stream()
                .map(part -> part.getKey() + " " + Figures.nanos(part.getValue()))
                .collect(Collectors.joining(", ", " (", ")"));
    }
}
