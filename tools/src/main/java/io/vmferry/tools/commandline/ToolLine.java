package io.vmferry.tools.commandline;

import io.vmferry.machine.commandline.CommonLine;
import io.vmferry.machine.commandline.WrongLine;
import java.io.IOException;
import java.io.PrintStream;
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
                    if (thrown instanceof IOException) {
                        complain(err, "A file or connection cannot be used: " + thrown);
                        return WRONG;
                    }
                    complain(err, "Internal error, please report it: " + thrown);
                    return BROKEN;
                });
    }

    /** Prints an error in one line, even if it quotes several. */
    public static void complain(PrintStream err, String message) {
        err.println(WrongLine.oneLine(message));
    }
}
