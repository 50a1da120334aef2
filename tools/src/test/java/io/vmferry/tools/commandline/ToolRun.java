package io.vmferry.tools.commandline;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.BiFunction;
import java.util.regex.Pattern;

/** A tool that is run within the test, and what it has printed. */
public final class ToolRun {

    private static final Pattern HELP = Pattern.compile("(?m)\\.? Try '[^']* --help'\\.$");

    private final BiFunction<PrintStream, PrintStream, Object> tool;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    /**
     * A tool that has not run.
     *
     * @param tool makes it from its output and its errors
     */
    public ToolRun(BiFunction<PrintStream, PrintStream, Object> tool) {
        this.tool = tool;
    }

    /** Runs it, and gives its exit code. */
    public int with(String... arguments) {
        PrintStream errors = new PrintStream(err, true, StandardCharsets.UTF_8);
        PrintStream output = new PrintStream(out, true, StandardCharsets.UTF_8);
        return ToolLine.of(tool.apply(output, errors), errors).execute(arguments);
    }

    /** What it has printed so far. */
    public String said() {
        return out.toString(StandardCharsets.UTF_8);
    }

    /** What it has complained of so far, without where its help is. */
    public String complained() {
        return HELP.matcher(err.toString(StandardCharsets.UTF_8)).replaceAll("");
    }
}
