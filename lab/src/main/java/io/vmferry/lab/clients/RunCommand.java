package io.vmferry.lab.clients;

import io.vmferry.lab.OutputFile;
import io.vmferry.lab.RunFacts;
import io.vmferry.machine.commandline.StandardOptions;
import io.vmferry.machine.commandline.WrongLine;
import io.vmferry.machine.daemon.Screen;
import io.vmferry.machine.text.Figures;
import io.vmferry.protocol.Named;
import io.vmferry.protocol.Worded;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.tools.commandline.ToolLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code scripts/clients run}. */
@Command(
        name = "run",
        sortOptions = false,
        description = {
            "Starts a pair for each situation and then COMMAND, with the pair's addresses in its"
                    + " environment: VMFERRY_SOURCE_QMP and VMFERRY_DESTINATION_QMP (paths of UNIX"
                    + " sockets), VMFERRY_MIGRATE_URI, VMFERRY_SITUATION, VMFERRY_PROFILE,"
                    + " VMFERRY_JOINS (yes when somebody else has migrated: then only look), VMFERRY_POSTCOPY (yes"
                    + " when both sides have postcopy-ram on, and somebody else switches),"
                    + " VMFERRY_SOURCE_PID, VMFERRY_DESTINATION_PID, VMFERRY_DIRECTORY (for more"
                    + " sockets). The destination listens already: COMMAND sends migrate to the"
                    + " source, and sees what comes of it. It says by exit code 0 that"
                    + " the guest has moved and by any other that it stays (a signal says nothing); a last line 'vmferry:"
                    + " moved|stayed|paused|lost' says it in words."
        },
        footer = {
            "Examples:",
            "  {vmferry} clients run --situation healthy -- ./client",
            "  {vmferry} clients run --profile all --json rows.json -- ./client"
        },
        exitCodeList = {
            "0:in each row the command is right about the guest, which is as well off as it could"
                    + " be",
            "1:in some row it is not",
            "2:the command line is wrong, COMMAND cannot be started, or a situation could not be"
                    + " played to its end"
        })
final class RunCommand implements Callable<Integer> {

    private static final int BAD = 1;

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // set by picocli
    private ClientsProgram program;

    @Option(
            names = "--situation",
            paramLabel = "NAME",
            description = "Only this one; repeatable. 'clients list' shows them.")
    private List<String> situations = List.of();

    @Option(
            names = "--profile",
            paramLabel = "VERSION",
            description = "The QEMU version to be, repeatable, or all (default: qemu-10.2).")
    private List<String> profiles = List.of();

    @Option(
            names = "--as-qemu",
            description =
                    "Let the daemons do what QEMU does also where it loses a guest that they keep.")
    private boolean asQemu;

    @Option(
            names = "--real-qemu",
            paramLabel = "VERSION",
            description = {
                "A pair of real QEMUs of this version, as 7.2 or 11, repeatable: beside the"
                        + " profiles, or in their place when --profile is not given. Only for the"
                        + " situations that a proxy between them can bring about; 'clients list'"
                        + " marks these."
            })
    private List<String> realVersions = List.of();

    @Option(
            names = "--tcp",
            description = "Migrate to a TCP port of the loopback address, not to a UNIX socket.")
    private boolean tcp;

    @Option(
            names = "--hold",
            paramLabel = "MILLIS",
            description = "How long a status lasts that would pass (default: 2000).")
    private int holdMillis = 2000;

    @Option(
            names = "--deadline",
            paramLabel = "SECONDS",
            description = "How long COMMAND may take (default: 60).")
    private int deadlineSeconds = 60;

    @Option(
            names = "--jobs",
            paramLabel = "N",
            description = "How many pairs at a time (default: the number of processors).")
    private int jobs = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description =
                    "What the reports call the client (default: the file name of COMMAND, or of the script that it runs).")
    private @Nullable String name;

    @Option(
            names = "--clients",
            paramLabel = "FILE",
            description = {
                "In place of COMMAND: a file with a line for each client, its name, tcp or unix, and"
                        + " the words of its command, with tabs between."
            })
    private @Nullable Path clients;

    @Option(
            names = "--keep",
            paramLabel = "FOLDER",
            description =
                    "Keep there what each client printed and the logs of its pair, a folder a row.")
    private @Nullable Path keep;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the rows as JSON.")
    private @Nullable Path json;

    @Option(names = "--junit", paramLabel = "FILE", description = "Write them as JUnit XML.")
    private @Nullable Path junit;

    @Option(names = "--html", paramLabel = "FILE", description = "Write them as a web page.")
    private @Nullable Path html;

    @Option(names = "--markdown", paramLabel = "FILE", description = "Write them as Markdown.")
    private @Nullable Path markdown;

    @Mixin
    @SuppressWarnings({"unused", "NullAway.Init"}) // picocli sets and reads it
    private StandardOptions standard;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(paramLabel = "COMMAND", arity = "0..*", description = "The client, after --.")
    private @Nullable List<String> command;

    private boolean unwritten;

    private final AtomicInteger done = new AtomicInteger();

    @Override
    public Integer call() throws IOException, InterruptedException {
        try {
            OutputFile.require(files());
            if (keep != null) {
                createKept(keep);
            }
            Rows rows = rows();
            int code = report(rows);
            rows.notPlayed().forEach(row -> ToolLine.complain(program.err(), "Not played: " + row));
            return rows.notPlayed().isEmpty() && !unwritten ? code : ClientsProgram.WRONG;
        } catch (IllegalArgumentException | CannotStartException e) {
            program.err().println(WrongLine.of(Worded.of(e), spec));
            return ClientsProgram.WRONG;
        }
    }

    private static void createKept(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "Cannot keep anything in %s: %s".formatted(folder, Worded.of(e)), e);
        }
    }

    private Map<String, @Nullable Path> files() {
        Map<String, @Nullable Path> files = new LinkedHashMap<>();
        files.put("--json", json);
        files.put("--junit", junit);
        files.put("--html", html);
        files.put("--markdown", markdown);
        return files;
    }

    private Rows rows() throws IOException, InterruptedException {
        if (holdMillis < 1 || deadlineSeconds < 1 || jobs < 1) {
            throw new IllegalArgumentException("--hold, --deadline and --jobs are 1 or more");
        }
        List<Situation> chosen =
                situations.isEmpty() ? Situations.all() : Situations.of(situations);
        List<Pairs> pairs = pairs();
        List<Rows.RowTask> tasks = new ArrayList<>();
        for (Client client : clients()) {
            SituationRun run =
                    new SituationRun(
                            client, deadlineSeconds, holdMillis, Optional.ofNullable(keep));
            for (Pairs kind : pairs) {
                chosen.stream().filter(kind::has).forEach(s -> tasks.add(task(run, s, kind)));
            }
        }
        if (tasks.isEmpty()) {
            throw new IllegalArgumentException(
                    "None of these versions has any of these situations; 'clients list' says from"
                            + " which version on they are there");
        }
        pairs.forEach(this::nameWhatIsLeftOut);
        program.reached(() ->
                " after %s of %s rows; nothing was written"
                        .formatted(Figures.number(done.get()), Figures.number(tasks.size())));
        return Rows.run(tasks, jobs);
    }

    private Rows.RowTask task(SituationRun run, Situation situation, Pairs pairs) {
        return new Rows.RowTask(
                run.client().name(),
                situation,
                pairs.version(),
                () -> announced(play(run, situation, pairs)));
    }

    /** Goes on with the other clients of a list where one of them cannot be started. */
    private Row play(SituationRun run, Situation situation, Pairs pairs)
            throws IOException, InterruptedException {
        try {
            return run.run(situation, pairs);
        } catch (CannotStartException e) {
            throw clients == null ? e : new IOException(e.getMessage(), e);
        }
    }

    private void nameWhatIsLeftOut(Pairs pairs) {
        Situations.of(situations).stream()
                .filter(situation -> !pairs.has(situation))
                .forEach(situation ->
                        ToolLine.complain(
                                program.err(),
                                "Left out: %s is not there as %s"
                                        .formatted(situation.name(), pairs.version())));
    }

    private List<Client> clients() throws IOException {
        if (clients != null && (name != null || tcp)) {
            throw new IllegalArgumentException(
                    "--name and --tcp are for COMMAND; the file of --clients has them in its lines");
        }
        if ((clients == null) == (command == null)) {
            throw new IllegalArgumentException("Expected either COMMAND or --clients");
        }
        if (clients != null) {
            return Client.read(clients);
        }
        if (!Client.startable(command.getFirst())) {
            throw new CannotStartException(command.getFirst(), "there is no such program");
        }
        return List.of(new Client(name == null ? Client.nameOf(command) : name, tcp, command));
    }

    private Row announced(Row row) {
        done.incrementAndGet();
        program.err()
                .printf(
                        "%s in %s as %s: %s%n",
                        row.client(), row.situation().name(), row.version(), row.end().text());
        return row;
    }

    private List<Pairs> pairs() throws IOException, InterruptedException {
        if (asQemu && profiles().isEmpty()) {
            throw new IllegalArgumentException(
                    "--as-qemu is for daemons; --real-qemu alone starts none");
        }
        List<Pairs> pairs = new ArrayList<>();
        for (Profile profile : profiles()) {
            pairs.add(new DaemonPairs(profile, asQemu));
        }
        for (String version : realVersions) {
            pairs.add(QemuPairs.of(version));
        }
        return pairs;
    }

    private List<Profile> profiles() {
        if (profiles.contains("all")) {
            return List.of(Profile.values());
        }
        if (profiles.isEmpty() && realVersions.isEmpty()) {
            return List.of(Profile.DEFAULT);
        }
        return profiles.stream()
                .map(text -> Named.require(Profile.class, "profile", text))
                .toList();
    }

    private int report(Rows run) throws IOException {
        OptionalInt width =
                Screen.columnsOf(program.out()).stream()
                        .mapToInt(IntSupplier::getAsInt)
                        .findFirst();
        ClientsTable.lines(run, width).forEach(program.out()::println);
        write(json, () -> ClientsJson.text(run));
        write(junit, () -> ClientsJunit.text(run));
        write(html, () -> ClientsHtml.text(run, facts()));
        write(markdown, () -> ClientsMarkdown.text(run));
        return run.rows().stream().allMatch(Row::good) ? 0 : BAD;
    }

    private Map<String, String> facts() {
        return RunFacts.of("clients", spec.root().commandLine().getParseResult().originalArgs());
    }

    /** Writes a report if it is wanted; one that cannot be written does not keep others from it. */
    private void write(@Nullable Path file, Supplier<String> text) {
        if (file == null) {
            return;
        }
        try {
            Files.writeString(file, text.get());
        } catch (IOException e) {
            unwritten = true;
            ToolLine.complain(program.err(), "Cannot write %s: %s".formatted(file, e.getMessage()));
        }
    }
}
