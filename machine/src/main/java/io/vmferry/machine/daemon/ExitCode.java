package io.vmferry.machine.daemon;

/** How a daemon ends. The numbers are part of the interface and stand in the README. */
public enum ExitCode {
    /** The guest has moved (source), arrived and proved itself (destination), or quit was asked. */
    OK(0, "the guest moved, or the daemon was told to quit"),
    /** The daemon could not start: port in use, unreadable memory image, no memory. */
    START_FAILED(1, "the daemon could not start"),
    /** The command line was wrong. */
    USAGE(2, "wrong command line"),
    /** The migration failed or was cancelled; the source has its guest. */
    GUEST_SAFE_AT_SOURCE(3, "migration failed or cancelled, the guest is safe at the source"),
    /**
     * After a migration nobody runs the guest here: it is gone, or its lease is somebody else's.
     */
    GUEST_LOST(4, "guest lost, or kept from running by who holds its lease"),
    /** The guest has arrived, but its memory is not what it wrote. */
    GUEST_DAMAGED(5, "the guest arrived with wrong memory");

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

    /** What it means, for {@code --help}. */
    public String meaning() {
        return meaning;
    }
}
