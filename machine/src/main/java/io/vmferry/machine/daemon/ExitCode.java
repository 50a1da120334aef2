package io.vmferry.machine.daemon;

import java.util.LinkedHashMap;
import java.util.Map;

/** How a daemon ends. The numbers are part of the interface and stand in the README. */
public enum ExitCode {
    /** The guest has moved (source), arrived and proved itself (destination), or quit was asked. */
    OK(0, "the guest moved, or the daemon was told to quit"),
    /** The daemon could not start: port in use, unreadable memory image, no memory. */
    START_FAILED(1, "the daemon could not start"),
    /** The command line was wrong. */
    USAGE(2, "wrong command line"),
    /**
     * The migration failed or was cancelled before the guest was handed over. A destination that
     * has lost its source cannot know whether that still runs, and says so.
     */
    GUEST_SAFE_AT_SOURCE(
            3, "migration failed or cancelled, the guest was not handed over by its source"),
    /**
     * Nobody runs the guest any more, or nobody may: it is gone, or its lease is somebody else's.
     */
    GUEST_LOST(4, "guest lost, or kept from running by who holds its lease"),
    /** The guest has arrived, but its memory is not what it wrote, or nobody can tell. */
    GUEST_DAMAGED(5, "the guest arrived with wrong memory, or its memory could not be checked"),
    /** With {@code --as-qemu}, where the QEMU of the profile dies of SIGSEGV. */
    CRASHED_AS_QEMU(139, "with --as-qemu, where QEMU dies of SIGSEGV, and the guest with it");

    /** What a shell adds to the number of the signal that has ended a process. */
    private static final int SIGNALLED = 128;

    private static final int SIGHUP = 1;
    private static final int SIGINT = 2;
    private static final int SIGKILL = 9;
    private static final int SIGTERM = 15;

    private final int code;
    private final String meaning;

    ExitCode(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    /** The number that the process exits with. */
    public int code() {
        return code;
    }

    /** The number that QEMU exits with: there is only one for all that goes wrong in it. */
    int codeOfQemu() {
        return switch (this) {
            case OK, CRASHED_AS_QEMU -> code;
            case START_FAILED, USAGE, GUEST_SAFE_AT_SOURCE, GUEST_LOST, GUEST_DAMAGED ->
                    START_FAILED.code;
        };
    }

    /** What it means, for {@code --help}. */
    public String meaning() {
        return meaning;
    }

    /** Every number that a daemon exits with, with its meaning; those of signals at the end. */
    public static Map<String, String> all() {
        Map<String, String> all = new LinkedHashMap<>();
        for (ExitCode each : values()) {
            all.put(Integer.toString(each.code), each.meaning);
        }
        all.put(
                Integer.toString(SIGNALLED + SIGHUP),
                "ended by SIGHUP (its terminal is gone), a guest that ran here with it");
        all.put(
                Integer.toString(SIGNALLED + SIGINT),
                "ended by SIGINT (Ctrl-C), a guest that ran here with it");
        all.put(
                Integer.toString(SIGNALLED + SIGKILL),
                "killed, by a signal or by the fault plan's kill");
        all.put(
                Integer.toString(SIGNALLED + SIGTERM),
                "ended by SIGTERM, a guest that ran here with it");
        return all;
    }
}
