package io.vmferry.machine.daemon;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Formats quantities with three significant digits and a unit. */
public final class Figures {

    private static final String[] BINARY = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};

    private Figures() {}

    /** Bytes as {@code 1.21 GiB}. */
    public static String bytes(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= 1000 && unit < BINARY.length - 1) {
            value /= 1024;
            unit++;
        }
        return (unit == 0 ? Long.toString(bytes) : digits(value)) + " " + BINARY[unit];
    }

    /** Nanoseconds as {@code 83 us}, {@code 12.4 ms} or {@code 3.07 s}. */
    public static String nanos(long nanos) {
        if (nanos >= 1_000_000_000L) {
            return digits(nanos / 1e9) + " s";
        }
        if (nanos >= 1_000_000L) {
            return digits(nanos / 1e6) + " ms";
        }
        return nanos / 1000 + " us";
    }

    /** A count as {@code 812}, {@code 12.3 k} or {@code 4.56 M}. */
    public static String count(long count) {
        if (count >= 1_000_000) {
            return digits(count / 1e6) + " M";
        }
        return count >= 10_000 ? digits(count / 1e3) + " k" : Long.toString(count);
    }

    /** A bar of so many columns that is filled by a share of the whole. */
    public static String bar(double share, int columns) {
        int filled = (int) Math.round(Math.clamp(share, 0, 1) * columns);
        return "[" + "#".repeat(filled) + ".".repeat(columns - filled) + "]";
    }

    /** Durations in nanoseconds by what they were spent on, as {@code devices 12.4 ms, ...}. */
    public static String durations(Map<String, Long> nanos) {
        return nanos.entrySet().stream()
                .map(entry -> entry.getKey() + " " + nanos(entry.getValue()))
                .collect(Collectors.joining(", "));
    }

    private static String digits(double value) {
        int decimals = value >= 100 ? 0 : value >= 10 ? 1 : 2;
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }
}
