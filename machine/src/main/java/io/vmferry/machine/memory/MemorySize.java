package io.vmferry.machine.memory;

import java.util.Locale;

/** Sizes of memory in text form: {@code 4096}, {@code 512M}, {@code 1G}. Powers of 1024. */
public final class MemorySize {
    private static final String SUFFIXES = "KMGTPE";

    private MemorySize() {}

    /**
     * Reads a size in bytes.
     *
     * @throws IllegalArgumentException with one clear line when the text is not a size
     */
    public static long parse(String text) {
        String number = text.strip().toUpperCase(Locale.ROOT);
        int shift = 0;
        if (!number.isEmpty()) {
            char last = number.charAt(number.length() - 1);
            int suffix = SUFFIXES.indexOf(last);
            if (suffix >= 0 || last == 'B') {
                shift = 10 * (suffix + 1);
                number = number.substring(0, number.length() - 1);
            }
        }
        // no sign is allowed, which Long.parseLong alone would accept
        if (number.isEmpty() || !number.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new IllegalArgumentException(
                    "'"
                            + text
                            + "' is not a size: expected a number with an optional K, M, G or T");
        }
        try {
            return Math.multiplyExact(Long.parseLong(number), 1L << shift);
        } catch (NumberFormatException | ArithmeticException _) {
            throw new IllegalArgumentException("'" + text + "' is too large a size");
        }
    }

    /** The shortest form that {@link #parse} reads: {@code 1G}, {@code 1536M}, {@code 4097}. */
    public static String typed(long bytes) {
        int units = units(bytes);
        return (bytes >> (10 * units)) + (units == 0 ? "" : SUFFIXES.substring(units - 1, units));
    }

    private static int units(long bytes) {
        return bytes == 0 ? 0 : Math.min(Long.numberOfTrailingZeros(bytes) / 10, SUFFIXES.length());
    }

    /**
     * The shortest exact form with a binary unit: {@code 1 GiB}, {@code 1536 MiB}, {@code 4097
     * bytes}.
     */
    public static String format(long bytes) {
        int units = units(bytes);
        return units == 0
                ? bytes + (bytes == 1 ? " byte" : " bytes")
                : (bytes >> (10 * units)) + " " + SUFFIXES.charAt(units - 1) + "iB";
    }
}
