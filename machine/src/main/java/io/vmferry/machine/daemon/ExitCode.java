package io.vmferry.machine.daemon;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The exit codes of a daemon. The numbers are part of the interface and listed in
 * docs/command-line.md.
 */
public enum ExitCode {
    /** The guest has moved (source), arrived and proved itself (destination), or quit was asked. */
    OK(
            0,
            "source: the guest has moved; destination: it has arrived and its memory is correct;"
                    + " either: ended by quit, and the last migration had not failed"),
    /** The daemon could not start: port in use, unreadable memory image, no memory. */
    START_FAILED(1, "the daemon could not start"),
    /** The command line was wrong. */
    USAGE(2, "wrong command line"),
    /**
     * The migration failed or was cancelled before the guest was handed over. A destination that
     * has lost its source cannot know whether the source still runs.
     */
    GUEST_SAFE_AT_SOURCE(
            3, "the migration failed or was cancelled before the source handed the guest over"),
    /** The guest is lost, or must not run here because another node holds its lease. */
    GUEST_LOST(4, "the guest is lost, or cannot run because another process holds its lease"),
    /** The guest has arrived, but its memory is wrong or could not be checked. */
    GUEST_DAMAGED(5, "the guest arrived with wrong memory, or its memory could not be checked"),
    /** With {@code --as-qemu}, where the profile's QEMU crashes with SIGSEGV. */
    CRASHED_AS_QEMU(
            139, "with --as-qemu: QEMU would have crashed with SIGSEGV, and the guest with it");

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

    /** The exit code of QEMU, which has one for all failures. */
    int codeOfQemu() {
        return switch (this) {
            case OK, CRASHED_AS_QEMU -> code;
            case START_FAILED, USAGE, GUEST_SAFE_AT_SOURCE, GUEST_LOST, GUEST_DAMAGED ->
                    START_FAILED.code;
        };
    }

    /** The description in {@code --help}. */
    public String meaning() {
        return meaning;
    }

    /** Every number that a daemon exits with, with its meaning, in their order. */
    public static Map<String, String> all() {
        Map<Integer, String> all = new TreeMap<>();
        for (ExitCode each : values()) {
            all.put(each.code, each.meaning);
        }
        all.put(
                SIGNALLED + SIGHUP,
                "ended by SIGHUP (its terminal was closed), with the guest if it ran here");
        all.put(SIGNALLED + SIGINT, "ended by SIGINT (Ctrl-C), with the guest if it ran here");
        all.put(SIGNALLED + SIGKILL, "killed by SIGKILL, or by the fault kill");
        all.put(SIGNALLED + SIGTERM, "ended by SIGTERM, with the guest if it ran here");
        Map<String, String> texts = new LinkedHashMap<>();
        all.forEach((code, meaning) -> texts.put(Integer.toString(code), meaning));
        return texts;
    }

    /** The reason why a daemon cannot start or continue, in one line, with its exit code. */
    public static final class NodeFailure extends Exception {

        private static final long serialVersionUID = 1L;

        private final ExitCode exitCode;

        private NodeFailure(ExitCode exitCode, String message, @Nullable Throwable cause) {
            super(message, cause);
            this.exitCode = exitCode;
        }

        /** The command line asks for something that does not exist or does not go together. */
        public static NodeFailure usage(String message) {
            return new NodeFailure(ExitCode.USAGE, message, null);
        }

        /** The command line is right, but the machine does not give what it asks for. */
        public static NodeFailure start(String message, @Nullable Throwable cause) {
            return new NodeFailure(ExitCode.START_FAILED, message, cause);
        }

        /** How the process ends. */
        public ExitCode exitCode() {
            return exitCode;
        }
    }
}
