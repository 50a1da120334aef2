package io.vmferry.tools.commandline;

import io.vmferry.protocol.Worded;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/**
 * A command-line program: its two output streams, {@code --help}, and the exit code for arguments
 * that it rejects.
 */
public abstract class ToolProgram implements Callable<Integer> {

    /** The exit code for arguments that are wrong. */
    protected static final int WRONG = 2;

    /** For results. */
    protected final PrintStream out;

    /** For progress and errors. */
    protected final PrintStream err;

    @Mixin
    @SuppressWarnings({"unused", "NullAway.Init"}) // picocli sets and reads it
    private ToolLine.Help help;

    protected ToolProgram(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /** Runs a program and ends the process. */
    protected static void main(ToolProgram program, String[] args) {
        System.exit(ToolLine.of(program, program.err).execute(args));
    }

    @Override
    public final Integer call() throws Exception {
        try {
            return run();
        } catch (IllegalArgumentException e) {
            ToolLine.complain(err, Worded.of(e));
            return WRONG;
        }
    }

    /**
     * Does what the options say.
     *
     * @return the exit code
     * @throws IllegalArgumentException for options that cannot be used
     */
    protected abstract int run() throws Exception;
}
