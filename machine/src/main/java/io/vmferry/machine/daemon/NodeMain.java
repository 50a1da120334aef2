package io.vmferry.machine.daemon;

import io.netty.channel.epoll.Epoll;
import io.vmferry.machine.commandline.CommonLine;
import io.vmferry.machine.commandline.WrongLine;
import io.vmferry.machine.daemon.ExitCode.NodeFailure;
import io.vmferry.machine.daemon.NodeSpec.LogFormat;
import io.vmferry.machine.memory.HostMemory;
import io.vmferry.protocol.Worded;
import io.vmferry.protocol.profile.Deviation;
import java.io.PrintStream;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/**
 * Runs a daemon from its command line. Every failure is reported in one line and ends the process
 * with its {@link ExitCode}.
 */
public final class NodeMain {

    /** A daemon as a program. */
    public interface Program {

        /** The options that it shares with the other one. */
        NodeOptions options();

        /** Runs until the end. */
        ExitCode run() throws Exception;
    }

    private static final Set<String> HELP = Set.of("-h", "--help");
    private static final Set<String> VERSION = Set.of("-V", "--version");

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
        NodeLog.configure(
                format,
                words.contains("-v") || words.contains("--verbose"),
                program.getClass().getAnnotation(Command.class).name(),
                new UnparsedLine(words).name(),
                Screen.isTerminal(Screen.STDERR));
        Consumer<String> complaint = complaint(format, err);
        Thread.setDefaultUncaughtExceptionHandler((thread, bug) ->
                complaint.accept(
                        WrongLine.oneLine(
                                "Internal error in thread %s, please report it: %s"
                                        .formatted(thread.getName(), bug))));
        if (words.stream().noneMatch(word -> HELP.contains(word) || VERSION.contains(word))) {
            LoadAhead.begin();
        }
        CommandLine line = CommonLine.of(NodeOptions.parser(program));
        line.getCommandSpec().usageMessage().exitCodeList(ExitCode.all());
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
            if (informed(line, out, args)) {
                return ExitCode.OK;
            }
            return program.run();
        } catch (ParameterException e) {
            complaint.accept(WrongLine.of(e));
            return ExitCode.USAGE;
        } catch (NodeFailure e) {
            complaint.accept(
                    e.exitCode() == ExitCode.USAGE
                            ? WrongLine.of(Worded.of(e), line.getCommandSpec())
                            : WrongLine.oneLine(Worded.of(e)));
            trace(program, e, err);
            return e.exitCode();
        } catch (Throwable e) {
            complaint.accept(WrongLine.oneLine("Internal error, please report it: " + e));
            trace(program, e, err);
            return ExitCode.START_FAILED;
        }
    }

    /**
     * Parses the command line, and shows help or version to who asks for it, even if another option
     * is wrong.
     */
    private static boolean informed(CommandLine line, PrintStream out, String... args)
            throws NodeFailure {
        boolean help;
        boolean version;
        try {
            NodeOptions.parse(line, args);
            help = line.isUsageHelpRequested();
            version = line.isVersionHelpRequested();
        } catch (ParameterException | NodeFailure e) {
            help = List.of(args).stream().anyMatch(HELP::contains);
            version = List.of(args).stream().anyMatch(VERSION::contains);
            if (!help && !version) {
                throw e;
            }
        }
        if (help) {
            line.usage(out);
        } else if (version) {
            line.printVersionHelp(out);
        }
        return help || version;
    }

    /** A command line that is wrong may not have been parsed up to the option. */
    private static int number(Program program, List<String> words, ExitCode code) {
        boolean asQemu =
                program.options().follows(Deviation.EXIT_CODES) || words.contains("--as-qemu");
        return asQemu ? code.codeOfQemu() : code.code();
    }

    /** The output of one-line errors: stderr, or the log where it is JSON. */
    static Consumer<String> complaint(LogFormat format, PrintStream err) {
        return switch (format) {
            case TEXT -> err::println;
            case JSON -> LoggerFactory.getLogger(NodeMain.class)::error;
        };
    }

    private static void trace(Program program, Throwable e, PrintStream err) {
        if (program.options().verbose()) {
            e.printStackTrace(err);
        }
    }

    /**
     * Loads the slow parts of a start on further threads while the command line is parsed: the
     * bindings to the kernel's memory calls, Netty's native transport and the tables of a checksum.
     */
    static final class LoadAhead {

        private LoadAhead() {}

        /** Starts the threads and returns at once. */
        static void begin() {
            thread(HostMemory::makeBindings);
            thread(Epoll::isAvailable);
            thread(CRC32C::new);
        }

        private static void thread(Runnable load) {
            Thread.ofPlatform().daemon().name("load-ahead").start(load);
        }
    }
}
