package io.vmferry.machine.daemon;

import io.vmferry.protocol.profile.Deviation;
import java.io.PrintStream;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * Runs a daemon from its command line. Whatever goes wrong is told in one line, and the process
 * ends with the {@link ExitCode} for it.
 */
public final class NodeMain {

    /** A daemon as a program. */
    public interface Program {

        /** The options that it shares with the other one. */
        NodeOptions options();

        /** Runs until the end. */
        ExitCode run() throws Exception;
    }

    private static final int HELP_COLUMNS = 100;

    private NodeMain() {}

    /**
     * Parses the command line and runs the program.
     *
     * @param program annotated for picocli
     * @param out for {@code --help}
     * @param err for the one line
     * @return the number to exit with
     */
    public static int run(Program program, PrintStream out, PrintStream err, String... args) {
        // before the first logger is made, which is before the options are known
        List<String> words = List.of(args);
        LogFormat format = LogFormat.in(words);
        NodeLog.configure(format, words.contains("-v") || words.contains("--verbose"));
        Consumer<String> complaint = complaint(format, err);
        Thread.setDefaultUncaughtExceptionHandler((thread, bug) ->
                complaint.accept(
                        oneLine(
                                "Internal error in thread %s, please report it: %s"
                                        .formatted(thread.getName(), bug))));
        LoadAhead.begin();
        CommandLine line = new CommandLine(program);
        line.setUsageHelpWidth(HELP_COLUMNS);
        line.getCommandSpec()
                .usageMessage()
                .abbreviateSynopsis(true)
                .exitCodeListHeading("%nExit codes:%n")
                .exitCodeList(ExitCode.all());
        return number(program, words, run(line, program, complaint, out, err, args));
    }

    private static ExitCode run(
            CommandLine line,
            Program program,
            Consumer<String> complaint,
            PrintStream out,
            PrintStream err,
            String... args) {
        try {
            line.parseArgs(args);
            if (line.isUsageHelpRequested()) {
                line.usage(out);
                return ExitCode.OK;
            }
            return program.run();
        } catch (ParameterException e) {
            complaint.accept(oneLine(e.getMessage()) + " (--help lists what there is)");
            return ExitCode.USAGE;
        } catch (NodeFailure e) {
            complaint.accept(oneLine(e.getMessage()));
            trace(program, e, err);
            return e.exitCode();
        } catch (Throwable e) {
            complaint.accept(oneLine("Internal error, please report it: " + e));
            trace(program, e, err);
            return ExitCode.START_FAILED;
        }
    }

    /** What was parsed of a wrong command line may not reach the option. */
    private static int number(Program program, List<String> words, ExitCode code) {
        boolean asQemu =
                program.options().follows(Deviation.EXIT_CODES) || words.contains("--as-qemu");
        return asQemu ? code.codeOfQemu() : code.code();
    }

    /** Where an error goes that is told in one line: a log for machines has that too. */
    static Consumer<String> complaint(LogFormat format, PrintStream err) {
        return switch (format) {
            case TEXT -> err::println;
            case JSON -> LoggerFactory.getLogger(NodeMain.class)::error;
        };
    }

    private static String oneLine(String message) {
        return message.replaceAll("\\s*\\R\\s*", " ");
    }

    private static void trace(Program program, Throwable e, PrintStream err) {
        if (program.options().verbose()) {
            e.printStackTrace(err);
        }
    }
}
