package io.vmferry.tools.shell;

/** The exit codes of {@code scripts/qmp}. */
enum QmpExit {
    OK(
            0,
            "done; with --watch: the migration completed; with --until: it has that status; with "
                    + "--until-settled: the verdict is printed, whatever it says"),
    REFUSED(1, "the server replied with an error"),
    USAGE(2, "wrong command line, or a command that cannot be read"),
    FAILED(3, "with --watch or --until: the migration failed"),
    CANCELLED(4, "with --watch or --until: the migration was cancelled"),
    NO_CONNECTION(5, "no connection, or it ended before the reply"),
    TIMEOUT(6, "no greeting, reply, status (--until) or settled verdict (--until-settled) in time"),
    MISSED(7, "with --until: the migration completed without that status");

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
