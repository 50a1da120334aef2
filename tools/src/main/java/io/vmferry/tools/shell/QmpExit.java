package io.vmferry.tools.shell;

/** The exit codes of {@code scripts/qmp}. */
enum QmpExit {
    OK(0, "done; with --watch: the migration completed"),
    REFUSED(1, "the server replied with an error"),
    USAGE(2, "wrong command line, or a command that cannot be read"),
    FAILED(3, "with --watch: the migration failed"),
    CANCELLED(4, "with --watch: the migration was cancelled"),
    NO_CONNECTION(5, "no connection, or it ended before the reply"),
    TIMEOUT(6, "no greeting or reply in time");

    private final int code;
    private final String meaning;

    QmpExit(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    int code() {
        return code;
    }

    String meaning() {
        return meaning;
    }
}
