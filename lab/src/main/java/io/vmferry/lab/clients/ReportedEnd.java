package io.vmferry.lab.clients;

import io.vmferry.protocol.Named;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a client says has become of the guest: by its exit code, 0 for moved and any other for
 * stayed, or by a last line of output {@code vmferry: moved|stayed|paused|lost}.
 */
enum ReportedEnd implements Named {
    MOVED("moved"),
    STAYED("stayed"),
    PAUSED("paused"),
    LOST("lost"),

    /** Ended by a signal, or by us, before it said anything that can be understood. */
    NONE("nothing");

    private static final String PREFIX = "vmferry: ";
    private static final Pattern LINE = Pattern.compile(PREFIX + "(moved|stayed|paused|lost)\\b.*");

    /** The exit code of a process that a signal has ended, less the number of the signal. */
    private static final int SIGNAL = 128;

    private static final int LAST_SIGNAL = 64;

    private final String text;

    ReportedEnd(String text) {
        this.text = text;
    }

    @Override
    public String text() {
        return text;
    }

    static ReportedEnd of(int exitCode, String lastLine) {
        Matcher line = LINE.matcher(lastLine);
        if (line.matches()) {
            return Named.require(ReportedEnd.class, "reported end", line.group(1));
        }
        if (complaint(exitCode, lastLine).isPresent()) {
            return NONE;
        }
        return exitCode == 0 ? MOVED : STAYED;
    }

    /** Why nothing can be made of what a client said, if that is so. */
    static Optional<String> complaint(int exitCode, String lastLine) {
        if (exitCode > SIGNAL && exitCode <= SIGNAL + LAST_SIGNAL) {
            return Optional.of("was ended by signal %d".formatted(exitCode - SIGNAL));
        }
        return lastLine.startsWith(PREFIX) && !LINE.matcher(lastLine).matches()
                ? Optional.of("said none of " + PREFIX + "moved|stayed|paused|lost")
                : Optional.empty();
    }

    /**
     * Whether this is so.
     *
     * @param allowed how the situation may end at best: where it costs the guest, a client that
     *     reports a failure has said all that it can know
     */
    boolean agrees(GuestEnd end, Set<GuestEnd> allowed) {
        return switch (this) {
            case MOVED -> end == GuestEnd.MOVED;
            case STAYED ->
                    end == GuestEnd.SAFE
                            || (end == GuestEnd.LOST && allowed.contains(GuestEnd.LOST));
            case PAUSED -> end == GuestEnd.STRANDED;
            case LOST -> end == GuestEnd.LOST || end == GuestEnd.DAMAGED;
            case NONE -> false;
        };
    }
}
