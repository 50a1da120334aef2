package io.vmferry.tools.shell;

import io.vmferry.machine.commandline.CommonLine;
import io.vmferry.machine.commandline.StandardOptions;
import io.vmferry.machine.commandline.WrongLine;
import io.vmferry.machine.daemon.Screen;
import io.vmferry.machine.descriptor.Descriptor;
import io.vmferry.machine.descriptor.DescriptorException;
import io.vmferry.machine.monitor.MonitorAddress;
import io.vmferry.machine.terminal.WrappedText;
import io.vmferry.protocol.Closest;
import io.vmferry.protocol.Named;
import io.vmferry.protocol.Worded;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.tools.commandline.ToolLine;
import io.vmferry.tools.qmp.QmpEndpoint;
import io.vmferry.tools.shell.Typed.TypingException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** {@code scripts/qmp} as a program. */
@SuppressWarnings("unused") // set by picocli
@Command(
        name = "qmp",
        sortOptions = false,
        customSynopsis = {"[OPTION]... ADDRESS", "[OPTION]... ADDRESS COMMAND [ARGUMENT]..."},
        description = {
            "Talks to a QMP monitor, of a vmferry daemon or of QEMU: with a COMMAND it asks that one,",
            "without any it is a prompt, or reads the lines of standard input. A result goes to",
            "stdout as JSON, an error to stderr. At the prompt TAB completes commands and, if the",
            "server has query-qmp-schema, arguments."
        },
        footer = {
            "Examples:",
            "  # migrate a guest",
            "  {vmferry} dest --memory 256M --incoming defer --qmp unix:/tmp/dst.qmp",
            "  {vmferry} source --memory 256M --workload uniform,boot=256M \\",
            "      --qmp unix:/tmp/src.qmp",
            "  # and in a third terminal",
            "  {vmferry} qmp --wait /tmp/dst.qmp migrate-incoming uri=unix:/tmp/migrate",
            "  for c in events return-path; do",
            "      {vmferry} qmp /tmp/src.qmp migrate-set-capabilities \\",
            "          capabilities.0.capability=$c capabilities.0.state=true",
            "  done",
            "  {vmferry} qmp /tmp/src.qmp migrate-set-parameters max-bandwidth=99999999",
            "  {vmferry} qmp --watch /tmp/src.qmp migrate uri=unix:/tmp/migrate",
            "  {vmferry} qmp /tmp/dst.qmp query-status",
            "  for m in dst src; do {vmferry} qmp /tmp/$m.qmp quit; done",
            "  # give a daemon what the shell has opened, as the address fd:mig",
            "  {vmferry} qmp --fd 7 /tmp/src.qmp getfd fdname=mig \\",
            "      7<>/dev/tcp/127.0.0.1/4444"
        })
public final class QmpProgram {

    private static final int STDIN = 0;
    private static final int STDOUT = 1;

    @Parameters(
            index = "0",
            paramLabel = "ADDRESS",
            description = "unix:PATH, tcp:HOST:PORT, or a path with a slash.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String address;

    @Parameters(
            index = "1..*",
            paramLabel = "COMMAND [ARGUMENT]...",
            description = {
                "A command with key=value arguments; a value is JSON, or else text. Dotted keys for",
                "nested members, numbers in them for list elements. Or one JSON object with all",
                "arguments, or - to read it from stdin. Or a whole command as JSON."
            })
    private List<String> words = new ArrayList<>();

    @Option(
            names = "--watch",
            description = {
                "After the command, if there is one, follow the migration until it is final: its",
                "events and figures. The exit code tells how it ended."
            })
    private boolean watch;

    @Option(
            names = "--interval",
            paramLabel = "SECONDS",
            description = "How often --watch asks for figures (default: 0.5).")
    private @Nullable Double intervalSeconds;

    @Option(
            names = "--until",
            paramLabel = "STATUS",
            description = {
                "After the command, if there is one, wait until the migration has this status, for",
                "example postcopy-paused, or any final one; at most for --timeout."
            })
    private @Nullable String until;

    @Option(
            names = "--until-settled",
            description = {
                "After the command, if there is one, wait until the migration has ended and the guest's",
                "memory is checked, and print the verdict (x-vmferry-verdict, so not of QEMU); at most",
                "for --timeout."
            })
    private boolean untilSettled;

    @Option(
            names = "--fd",
            paramLabel = "NUMBER",
            description = {
                "Send a descriptor that this program has inherited along with the command,",
                "repeatable; of a UNIX monitor."
            })
    private List<Integer> descriptors = List.of();

    @Option(names = "--oob", description = "Ask the command out of band.")
    private boolean outOfBand;

    @Option(names = "--pretty", description = "Output for people, as on a terminal.")
    private boolean pretty;

    @Option(names = "--raw", description = "One line of JSON for each result, as into a pipe.")
    private boolean raw;

    @Option(
            names = "--wait",
            description = {
                "Try again while nobody listens at ADDRESS, for a daemon that has just been started,",
                "until --timeout is over."
            })
    private boolean wait;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "For the connection and for each reply; 0 waits for ever (default: 30).")
    private double timeoutSeconds;

    @Mixin private StandardOptions standard = new StandardOptions();

    private final BufferedReader in;
    private final PrintStream out;
    private final PrintStream err;

    QmpProgram(BufferedReader in, PrintStream out, PrintStream err) {
        this.in = in;
        this.out = out;
        this.err = err;
    }

    /** Runs the program and exits with its code. */
    public static void main(String[] args) {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        System.exit(run(in, System.out, System.err, args));
    }

    /** Runs the program on some streams and returns its exit code. */
    static int run(BufferedReader in, PrintStream out, PrintStream err, String... args) {
        QmpProgram program = new QmpProgram(in, out, err);
        CommandLine line = CommonLine.of(new CommandLine(program));
        line.getCommandSpec().usageMessage().exitCodeList(exitCodes());
        try {
            line.parseArgs(args);
            if (line.isUsageHelpRequested()) {
                line.usage(out);
                return QmpExit.OK.code();
            }
            if (line.isVersionHelpRequested()) {
                line.printVersionHelp(out);
                return QmpExit.OK.code();
            }
            return program.run().code();
        } catch (ParameterException e) {
            err.println(WrongLine.of(e));
            return QmpExit.USAGE.code();
        } catch (TypingException | IllegalArgumentException e) {
            err.println(WrongLine.of(Worded.of(e), line.getCommandSpec()));
            return QmpExit.USAGE.code();
        } catch (SocketTimeoutException e) {
            ToolLine.complain(err, Worded.of(e));
            return QmpExit.TIMEOUT.code();
        } catch (IOException e) {
            ToolLine.complain(err, Worded.of(e));
            return QmpExit.NO_CONNECTION.code();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return QmpExit.NO_CONNECTION.code();
        }
    }

    private static Map<String, String> exitCodes() {
        Map<String, String> codes = new LinkedHashMap<>();
        for (QmpExit exit : QmpExit.values()) {
            codes.put(Integer.toString(exit.code()), exit.meaning());
        }
        return codes;
    }

    private QmpExit run() throws TypingException, IOException, InterruptedException {
        MonitorAddress monitor = QmpEndpoint.parse(address);
        check();
        Duration patience = duration(timeoutSeconds);
        List<Descriptor> given = inherited();
        boolean gives = !given.isEmpty();
        try (Talk talk =
                wait
                        ? Talk.await(monitor, patience, gives)
                        : Talk.begin(monitor, patience, gives)) {
            talk.connection().give(given);
            CommandRunner runner = new CommandRunner(talk, look(), in, out, err);
            if (watch) {
                return watch(talk, runner);
            }
            if (until != null || untilSettled) {
                QmpExit asked = words.isEmpty() ? QmpExit.OK : quietly(runner);
                return asked == QmpExit.OK ? await(talk, runner, patience) : asked;
            }
            if (!words.isEmpty()) {
                return runner.run(words, outOfBand);
            }
            return Screen.isTerminal(STDIN) && Screen.isTerminal(STDOUT)
                    ? prompt(talk)
                    : runner.runLines();
        }
    }

    private List<Descriptor> inherited() throws TypingException, IOException {
        List<Descriptor> given = new ArrayList<>();
        for (int number : descriptors) {
            if (number < 0) {
                throw new TypingException(
                        "--fd %d: no descriptor has this number".formatted(number));
            }
            Descriptor descriptor = Descriptor.inherit(number);
            try {
                int _ = descriptor.flags();
            } catch (DescriptorException e) {
                throw new TypingException("--fd %d: %s".formatted(number, Worded.of(e)));
            }
            given.add(descriptor);
        }
        return given;
    }

    private QmpExit await(Talk talk, CommandRunner runner, Duration patience)
            throws IOException, InterruptedException {
        return until == null
                ? runner.awaitSettled(patience)
                : new StatusWait(talk, until, patience, this::complain).await();
    }

    private void complain(String line) {
        ToolLine.complain(err, line);
    }

    private void check() throws TypingException {
        exclude("--pretty", pretty, "--raw", raw);
        boolean waits = until != null || untilSettled;
        if (intervalSeconds != null && !watch && (!words.isEmpty() || waits)) {
            throw new TypingException("--interval is for --watch, or for a prompt");
        }
        exclude("--watch", watch, "--until", until != null);
        exclude("--watch", watch, "--until-settled", untilSettled);
        exclude("--until", until != null, "--until-settled", untilSettled);
        if (until != null) {
            checkStatus(until);
        }
        if (!descriptors.isEmpty() && words.isEmpty()) {
            throw new TypingException("--fd is for a command");
        }
        if (outOfBand && words.isEmpty()) {
            throw new TypingException("--oob is for a command");
        }
        if (!(interval() > 0) || !(timeoutSeconds >= 0)) {
            throw new TypingException("--interval and --timeout are positive numbers of seconds");
        }
    }

    private static void exclude(String one, boolean given, String other, boolean givenToo)
            throws TypingException {
        if (given && givenToo) {
            throw new TypingException(one + " and " + other + " exclude each other");
        }
    }

    /** A status that only a later QEMU has is waited for, too. */
    private static void checkStatus(String status) throws TypingException {
        if (Named.find(MigrationStatus.class, status).isPresent()) {
            return;
        }
        List<String> known = Arrays.stream(MigrationStatus.values()).map(Named::text).toList();
        Optional<String> meant = Closest.to(status, known);
        if (meant.isPresent()) {
            throw new TypingException(
                    "There is no status '%s', did you mean '%s'?".formatted(status, meant.get()));
        }
    }

    private double interval() {
        return intervalSeconds == null ? 0.5 : intervalSeconds;
    }

    private Look look() {
        boolean people = pretty || (!raw && Screen.isTerminal(STDOUT));
        return people ? Look.PRETTY : Look.RAW;
    }

    private static Duration duration(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1000));
    }

    /** Asks the command without showing what it returns. */
    private QmpExit quietly(CommandRunner runner)
            throws TypingException, IOException, InterruptedException {
        return runner.run(Typed.call(runner.withInput(words), outOfBand), false);
    }

    private QmpExit watch(Talk talk, CommandRunner runner)
            throws TypingException, IOException, InterruptedException {
        QmpExit asked = words.isEmpty() ? QmpExit.OK : quietly(runner);
        if (asked != QmpExit.OK) {
            return asked;
        }
        PrintWriter writer = new PrintWriter(out, false, StandardCharsets.UTF_8);
        Watch.View view =
                look() == Look.RAW
                        ? WatchView.raw(writer, err::println)
                        : WatchView.people(writer, Screen.columnsOf(out), ZoneId.systemDefault());
        return new Watch(talk, duration(interval()), view).follow().orElse(QmpExit.OK);
    }

    private QmpExit prompt(Talk talk) throws IOException, InterruptedException {
        try (Terminal terminal = TerminalBuilder.builder().name("qmp").system(true).build()) {
            terminal.writer().println(WrappedText.fit(welcome(talk), Prompt.width(terminal)));
            return new Prompt(
                            talk,
                            look(),
                            duration(interval()),
                            terminal,
                            HistoryFile.locate(System.getenv()))
                    .talk();
        }
    }

    private String welcome(Talk talk) {
        var version = talk.connection().greeting().at("/QMP/version");
        return "QEMU %d.%d.%d%s at %s. TAB completes, help says what there is, exit leaves."
                .formatted(
                        version.at("/qemu/major").asInt(),
                        version.at("/qemu/minor").asInt(),
                        version.at("/qemu/micro").asInt(),
                        version.path("package").asText().isBlank()
                                ? ""
                                : " (" + version.path("package").asText().strip() + ")",
                        address);
    }
}
