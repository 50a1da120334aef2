package io.vmferry.lab.clients;

import io.vmferry.protocol.Named;
import io.vmferry.protocol.Worded;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.tools.commandline.ToolLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code scripts/clients run}. */
@Command(
        name = "run",
        sortOptions = false,
        description = {
            "Starts a pair for each situation and then COMMAND, with the pair's addresses in its"
                    + " environment: VMFERRY_SOURCE_QMP and VMFERRY_DESTINATION_QMP (paths of UNIX"
                    + " sockets), VMFERRY_MIGRATE_URI, VMFERRY_SITUATION, VMFERRY_PROFILE,"
                    + " VMFERRY_JOINS (yes when the migration runs already), VMFERRY_POSTCOPY,"
                    + " VMFERRY_SOURCE_PID, VMFERRY_DESTINATION_PID, VMFERRY_DIRECTORY. COMMAND says by exit code 0 that"
                    + " the guest has moved and by any other that it stays; a last line 'vmferry:"
                    + " moved|stayed|paused|lost' says it in words."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:in each row the command is right about the guest, which is as well off as it could"
                    + " be",
            "1:in some row it is not",
            "2:the command line is wrong, COMMAND cannot be started, or a situation could not be"
                    + " played to its end"
        })
final class RunCommand implements Callable<Integer> {

    private static final int BAD = 1;

    /** Of what is told of a pair that cannot be used: its log may be in it. */
    private static final int MOST_CHARACTERS = 400;

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
            description = "What the reports call the client (default: COMMAND's file name).")
    private @Nullable String name;

    @Option(
            names = "--clients",
            paramLabel = "FILE",
            description = {
                "In place of COMMAND: a file with a line for each client, its name, tcp or unix, and"
                        + " the words of its command, with tabs between."
            })
    private @Nullable Path clients;

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
    private ToolLine.Help help;

    @Parameters(paramLabel = "COMMAND", arity = "0..*", description = "The client, after --.")
    private @Nullable List<String> command;

    @Override
    public Integer call() throws IOException, InterruptedException {
        try {
            for (Path file : files()) {
                if (Files.isDirectory(file)
                        || !Files.isWritable(file.toAbsolutePath().getParent())) {
                    throw new IllegalArgumentException(file + " is no file that can be written");
                }
            }
            Rows rows = rows();
            int code = report(rows);
            rows.failures().forEach(line -> ToolLine.complain(program.err(), line));
            return rows.failures().isEmpty() ? code : ClientsProgram.WRONG;
        } catch (IllegalArgumentException | CannotStartException e) {
            ToolLine.complain(program.err(), Worded.of(e));
            return ClientsProgram.WRONG;
        }
    }

    private List<Path> files() {
        List<Path> files = new ArrayList<>();
        for (Path file : new Path[] {json, junit, html, markdown}) {
            if (file != null) {
                files.add(file);
            }
        }
        return files;
    }

    private Rows rows() throws IOException, InterruptedException {
        if (holdMillis < 1 || deadlineSeconds < 1 || jobs < 1) {
            throw new IllegalArgumentException("--hold, --deadline and --jobs are 1 or more");
        }
        List<Situation> chosen =
                situations.isEmpty() ? Situations.all() : Situations.of(situations);
        List<Pairs> pairs = pairs();
        List<Callable<Row>> wanted = new ArrayList<>();
        for (Client client : clients()) {
            SituationRun run = new SituationRun(client, deadlineSeconds, holdMillis);
            for (Pairs kind : pairs) {
                chosen.stream()
                        .filter(kind::has)
                        .forEach(s -> wanted.add(() -> announced(row(run, s, kind))));
            }
        }
        if (wanted.isEmpty()) {
            throw new IllegalArgumentException(
                    "None of these versions has any of these situations");
        }
        return Rows.run(wanted, jobs);
    }

    /** Says where something went wrong, and goes on with the other clients of a list. */
    private Row row(SituationRun run, Situation situation, Pairs pairs)
            throws IOException, InterruptedException {
        String where =
                "%s in %s as %s: "
                        .formatted(run.client().name(), situation.name(), pairs.version());
        try {
            return run.run(situation, pairs);
        } catch (IOException | AssertionError e) {
            if (e instanceof CannotStartException cannot && clients == null) {
                throw cannot;
            }
            String why = Worded.of(e);
            throw new IOException(
                    where + why.substring(0, Math.min(why.length(), MOST_CHARACTERS)), e);
        }
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
        String called = name == null ? Path.of(command.getFirst()).getFileName().toString() : name;
        return List.of(new Client(called, tcp, command));
    }

    private Row announced(Row row) {
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
        List<Row> rows = run.rows();
        ClientsTable.lines(rows).forEach(program.out()::println);
        if (json != null) {
            Files.writeString(json, ClientsJson.text(run));
        }
        if (junit != null) {
            Files.writeString(junit, ClientsPage.junit(run));
        }
        if (html != null) {
            Files.writeString(html, ClientsPage.html(rows));
        }
        if (markdown != null) {
            Files.writeString(markdown, ClientsMarkdown.text(rows));
        }
        return rows.stream().allMatch(Row::good) ? 0 : BAD;
    }
}
