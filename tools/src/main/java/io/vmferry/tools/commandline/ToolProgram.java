package io.vmferry.tools.commandline;

import io.vmferry.machine.commandline.StandardOptions;
import io.vmferry.machine.commandline.WrongLine;
import io.vmferry.protocol.Worded;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Spec;

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
    private StandardOptions standard;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    protected ToolProgram(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /** Runs a program and ends the process. */
    protected static void main(ToolProgram program, String[] args) {
        int code;
        try (var _ = SignalSentence.watch(program.err, program::reached)) {
            code = ToolLine.of(program, program.err).execute(args);
        }
        System.exit(code);
    }

    /**
     * How far the run is when a signal ends it, as a continuation of "Ended by a signal". Called by
     * another thread.
     */
    protected String reached() {
        return "";
    }

    /**
     * Refuses what would be ignored.
     *
     * @param chosen an option that decides what the program does, or a word for it
     * @param fitting the only options that mean something beside it
     */
    protected final void refuseBeside(String chosen, String... fitting) {
        List<String> used = List.of(fitting);
        spec.commandLine().getParseResult().matchedOptions().stream()
                .map(OptionSpec::longestName)
                .filter(option -> !option.equals(chosen) && !used.contains(option))
                .findFirst()
                .ifPresent(option -> {
                    throw new IllegalArgumentException(
                            "%s does not go with %s".formatted(option, chosen));
                });
    }

    @Override
    public final Integer call() throws Exception {
        try {
            return run();
        } catch (IllegalArgumentException e) {
            err.println(WrongLine.of(Worded.of(e), spec));
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
