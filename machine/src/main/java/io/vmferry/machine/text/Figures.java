package io.vmferry.machine.text;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
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

    /** The rate of so many bytes in a time, as {@code 1.21 GiB/s}. */
    public static String bytesPerSecond(long bytes, long nanos) {
        return bytes((long) (bytes * 1e9 / Math.max(1, nanos))) + "/s";
    }

    /** Nanoseconds as {@code 0.083 ms}, {@code 12.4 ms} or {@code 3.07 s}. */
    public static String nanos(long nanos) {
        if (nanos >= 1_000_000_000L) {
            return digits(nanos / 1e9) + " s";
        }
        if (nanos >= 1_000_000L) {
            return digits(nanos / 1e6) + " ms";
        }
        long micros = nanos / 1000;
        return micros == 0 ? "0 ms" : String.format(Locale.ROOT, "0.%03d ms", micros);
    }

    /** A span of time as a clock shows it: {@code 0:07}, {@code 12:34} or {@code 1:02:03}. */
    public static String clock(long nanos) {
        long seconds = TimeUnit.NANOSECONDS.toSeconds(nanos);
        long minutes = seconds / 60;
        return minutes < 60
                ? "%d:%02d".formatted(minutes, seconds % 60)
                : "%d:%02d:%02d".formatted(minutes / 60, minutes % 60, seconds % 60);
    }

    /** A whole number with separators: {@code 65,536}. */
    public static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** What is said of pages sent by XBZRLE in a list: nothing if there are none. */
    public static String deltas(long pages) {
        return pages == 0 ? "" : number(pages) + " by xbzrle, ";
    }

    /** So many things: {@code 0 pages}, {@code 1 page}, {@code 65,536 pages}. */
    public static String counted(long number, String thing) {
        return number(number) + " " + thing + (number == 1 ? "" : "s");
    }

    /** So many things of which the plural is not made by an s: {@code 2 passes}. */
    public static String counted(long number, String one, String many) {
        return number(number) + " " + (number == 1 ? one : many);
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
