package io.vmferry.lab;

import io.vmferry.protocol.Worded;
import io.vmferry.tools.commandline.ToolLine;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/**
 * A command-line program of the lab: its two output streams, {@code --help}, and the exit code for
 * arguments that it rejects.
 */
public abstract class LabProgram implements Callable<Integer> {

    /** The exit code of a run that found something wrong. */
    protected static final int FAILED = 1;

    private static final int USAGE = 2;

    /** For results. */
    protected final PrintStream out;

    /** For progress and errors. */
    protected final PrintStream err;

    @Mixin
    @SuppressWarnings({"unused", "NullAway.Init"}) // picocli sets and reads it
    private ToolLine.Help help;

    protected LabProgram(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /** Runs a program on the streams of this process and ends the process. */
    protected static void main(LabProgram program, String[] args) {
        // the log of a daemon would show each of millions of injected faults
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "off");
        System.exit(ToolLine.of(program, program.err).execute(args));
    }

    @Override
    public final Integer call() throws Exception {
        try {
            return run();
        } catch (IllegalArgumentException e) {
            ToolLine.complain(err, Worded.of(e));
            return USAGE;
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
