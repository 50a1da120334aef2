package io.vmferry.lab.pair;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.OpenDescriptors;
import io.vmferry.lab.process.QmpClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A daemon under test: its process, its monitor and its output. */
final class DaemonProcess implements AutoCloseable {

    private static final Pattern LISTENING = Pattern.compile("listening on (.*)");

    /** The first line of a daemon's report about the end or the pause of a migration. */
    private static final Pattern VERDICT = Pattern.compile("migration [a-z-]+: .*");

    /** What ends a complaint about a command line. */
    private static final Pattern HELP = Pattern.compile("\\.? Try '[^']* --help'\\.$");

    /** The log of normal operation with each status, and progress. */
    private static final Pattern INFORMATION =
            Pattern.compile("\\S+ \\S+ (INFO|DEBUG|WARN Migration status) .*");

    private static final Pattern REASON =
            Pattern.compile("^migration failed: .*\\R  reason +(.*)$", Pattern.MULTILINE);

    private final ChildProcess process;
    private final Path monitor;
    private @Nullable QmpClient client;

    DaemonProcess(ChildProcess process, Path monitor) {
        this.process = process;
        this.monitor = monitor;
    }

    /** The monitor, connected at the first call. */
    QmpClient qmp() throws IOException, InterruptedException {
        if (client == null) {
            client = QmpClient.connect(process, monitor);
        }
        return client;
    }

    /** Waits until a line of its result matches. */
    void awaitSaid(String pattern) throws IOException, InterruptedException {
        process.awaitLine(Pattern.compile(pattern));
    }

    /** Waits until a line of its log matches, and returns the match. */
    Matcher awaitLogged(String pattern) throws IOException, InterruptedException {
        return process.awaitLogLine(Pattern.compile(pattern));
    }

    /** The socket of the monitor. */
    Path monitor() {
        return monitor;
    }

    /** Waits until the monitor accepts a connection. */
    void awaitMonitor() throws IOException, InterruptedException {
        try (QmpClient client = QmpClient.connect(process, monitor)) {
            assertThat(client.greeting()).isNotEmpty();
        }
    }

    /** The URI on which a destination listens. */
    String listening() throws IOException, InterruptedException {
        return process.awaitLine(LISTENING).group(1);
    }

    void migrate(String uri) throws IOException, InterruptedException {
        qmp().execute("migrate", "{\"uri\": \"" + uri + "\"}");
    }

    void parameter(String name, Object value) throws IOException, InterruptedException {
        qmp().execute("migrate-set-parameters", "{\"%s\": %s}".formatted(name, value));
    }

    void capability(String name, boolean on) throws IOException, InterruptedException {
        qmp().execute(
                        "migrate-set-capabilities",
                        "{\"capabilities\": [{\"capability\": \"%s\", \"state\": %s}]}"
                                .formatted(name, on));
    }

    JsonNode queryMigrate() throws IOException, InterruptedException {
        return qmp().execute("query-migrate");
    }

    /** The run state, as {@code query-status} calls it. */
    String runState() throws IOException, InterruptedException {
        return qmp().execute("query-status").get("status").asText();
    }

    /** Waits for the exit code and compares it; on a difference prints the whole output. */
    void exits(int code) throws IOException, InterruptedException {
        int actual = process.exitCode();
        assertThat(actual)
                .as("exit code; it said:%n%s%s", process.stdout(), process.stderr())
                .isEqualTo(code);
    }

    /** The output of its results. */
    String said() throws IOException {
        return process.stdout();
    }

    /** Waits for its report that a migration has ended or paused; returns its output. */
    String verdict() throws IOException, InterruptedException {
        process.awaitLine(VERDICT);
        return said();
    }

    /** The lines of stderr besides progress and the log of normal operation. */
    List<String> complaints() throws IOException {
        return process.stderr()
                .lines()
                .filter(line -> !INFORMATION.matcher(line).matches())
                .toList();
    }

    /** The only line of stderr besides progress and the log of normal operation. */
    String complaint() throws IOException {
        assertThat(complaints()).as("lines on stderr").hasSize(1);
        return HELP.matcher(complaints().getFirst()).replaceFirst("");
    }

    /** The only reason for a failure that it has reported, without any complaint on stderr. */
    String reason() throws IOException {
        assertThat(complaints()).as("lines on stderr").isEmpty();
        Matcher reason = REASON.matcher(said());
        assertThat(reason.find()).as("reason in %s", said()).isTrue();
        String text = reason.group(1);
        assertThat(reason.find()).as("second reason in %s", said()).isFalse();
        return text;
    }

    /** Everything on stderr so far; whole once the node has ended. */
    String log() throws IOException {
        return process.stderr();
    }

    /** The most memory that was ever resident. */
    long peakResidentBytes() throws IOException {
        return process.peakResidentBytes();
    }

    /** Its process id. */
    long pid() {
        return process.process().pid();
    }

    /** The sockets and pipes that it has open now. */
    OpenDescriptors openDescriptors() throws IOException {
        return OpenDescriptors.of(process);
    }

    /** Ends the process as SIGKILL does. */
    void kill() {
        process.kill();
    }

    @Override
    public void close() throws IOException {
        if (client != null) {
            client.close();
        }
        process.close();
    }
}
