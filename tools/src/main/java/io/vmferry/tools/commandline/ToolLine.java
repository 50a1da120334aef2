package io.vmferry.tools.commandline;

import io.vmferry.machine.commandline.CommonLine;
import io.vmferry.machine.commandline.WrongLine;
import io.vmferry.machine.daemon.Screen;
import io.vmferry.machine.terminal.WrappedText;
import io.vmferry.protocol.Worded;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;

/** The command line of a tool: errors are printed in one line, without a stack trace. */
public final class ToolLine {

    private static final int BROKEN = 1;
    private static final int WRONG = 2;

    private ToolLine() {}

    /**
     * The command line of a tool, ready to be executed.
     *
     * @param tool annotated for picocli
     * @param err for the one line
     */
    public static CommandLine of(Object tool, PrintStream err) {
        return CommonLine.of(new CommandLine(tool))
                .setParameterExceptionHandler((wrong, args) -> {
                    err.println(WrongLine.of(wrong));
                    return WRONG;
                })
                .setExecutionExceptionHandler((thrown, line, parsed) -> {
                    if (thrown instanceof IOException unusable) {
                        complain(err, reason(unusable));
                        return WRONG;
                    }
                    complain(err, "Internal error, please report it: " + thrown);
                    return BROKEN;
                });
    }

    private static String reason(IOException unusable) {
        return switch (unusable) {
            case NoSuchFileException missing -> "'%s' does not exist".formatted(missing.getFile());
            case AccessDeniedException denied ->
                    "'%s' is not accessible to this user".formatted(denied.getFile());
            default -> Worded.of(unusable);
        };
    }

    /**
     * Prints a row of a table, as wide as the stream's terminal if it is one.
     *
     * @param names how wide the names in front of the last cell are
     */
    public static void printRow(PrintStream out, String row, int names) {
        out.println(
                Screen.columnsOf(out)
                        .map(columns -> WrappedText.fitRow(row, columns.getAsInt(), names))
                        .orElse(row));
    }

    /** Prints an error in one line, even if it quotes several. */
    public static void complain(PrintStream err, String message) {
        err.println(WrongLine.oneLine(message));
    }
}
