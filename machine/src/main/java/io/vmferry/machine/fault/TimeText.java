package io.vmferry.machine.fault;

import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times in a fault plan: {@code 5us}, {@code 200ms}, {@code 2s}. */
public final class TimeText {

    private static final Pattern FORM = Pattern.compile("(\\d{1,9})(us|ms|s)");

    private TimeText() {}

    /**
     * Reads a time in nanoseconds.
     *
     * @throws IllegalArgumentException with one clear line when the text is not a time
     */
    public static long parse(String text) {
        Matcher matcher = FORM.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a time: expected a whole number with us, ms or s");
        }
        return unit(matcher.group(2)).toNanos(Long.parseLong(matcher.group(1)));
    }

    private static TimeUnit unit(String suffix) {
        return switch (suffix) {
            case "us" -> TimeUnit.MICROSECONDS;
            case "ms" -> TimeUnit.MILLISECONDS;
            default -> TimeUnit.SECONDS;
        };
    }

    /** The text of a time, which {@link #parse} reads; nanoseconds below a microsecond are cut. */
    public static String format(long nanos) {
        if (nanos % TimeUnit.SECONDS.toNanos(1) == 0) {
            return TimeUnit.NANOSECONDS.toSeconds(nanos) + "s";
        }
        if (nanos % TimeUnit.MILLISECONDS.toNanos(1) == 0) {
            return TimeUnit.NANOSECONDS.toMillis(nanos) + "ms";
        }
        return TimeUnit.NANOSECONDS.toMicros(nanos) + "us";
    }
}
