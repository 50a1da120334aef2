package io.vmferry.lab.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Nodes;
import io.vmferry.lab.process.Qemu;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same commands to a real QEMU 7.2 and to a daemon of the profile qemu-7.2: every reply is
 * compared, and every event. The scripts are beside this class, in {@code source.qmp} and {@code
 * destination.qmp}.
 */
class QmpDoubleIT {

    private static final int MEBIBYTES = 64;

    @TempDir Path directory;
    private final List<AutoCloseable> open = new ArrayList<>();
    private Path theirs;
    private Path ours;

    @BeforeAll
    static void needsQemu() {
        assumeTrue(Qemu.installed(), "qemu-system-x86_64 is not installed");
    }

    @BeforeEach
    void directories() throws IOException {
        theirs = Files.createDirectory(directory.resolve("theirs"));
        ours = Files.createDirectory(directory.resolve("ours"));
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    @Test
    void aSourceRepliesAsQemuDoes() throws Exception {
        try (ByteSink sink = ByteSink.at(directory.resolve("sink"))) {
            compare("source.qmp", qemu(), source(), sink.path());
        }
    }

    @Test
    void aDestinationRepliesAsQemuDoes() throws Exception {
        compare(
                "destination.qmp",
                qemu("-incoming", "defer"),
                destination(),
                directory.resolve("no-sink"));
    }

    @Test
    void theSchemaOfEveryCommandAndEventIsThatOfQemu() throws Exception {
        Map<String, String> qemu = schema(qemu());
        for (RawMonitor daemon : List.of(source(), destination())) {
            Map<String, String> differences = new TreeMap<>();
            schema(daemon)
                    .forEach((name, text) -> {
                        if (!text.equals(qemu.get(name))) {
                            differences.put(
                                    name,
                                    "%n  QEMU    %s%n  vmferry %s%n"
                                            .formatted(qemu.get(name), text));
                        }
                    });
            // QEMU has lost it in 6.0, but it costs nothing; of objects only those for TLS are
            // built
            assertThat(differences).containsOnlyKeys("command query-events", "command object-add");
        }
    }

    private static Map<String, String> schema(RawMonitor monitor) throws Exception {
        monitor.next();
        monitor.ask("{\"execute\":\"qmp_capabilities\"}");
        return SchemaText.of(monitor.ask("{\"execute\":\"query-qmp-schema\"}").path("return"));
    }

    // ---- playing

    private static void compare(String script, RawMonitor qemu, RawMonitor daemon, Path sink)
            throws Exception {
        List<String> differences = new ArrayList<>();
        JsonNode greeting = qemu.next();
        JsonNode ourGreeting = daemon.next();
        if (!JsonShape.like(ourGreeting, greeting)) {
            differences.add(difference("the greeting", greeting, ourGreeting));
        }
        for (ScriptStep step : ScriptStep.read(script)) {
            switch (step) {
                case ScriptStep.Await(String status) -> {
                    qemu.await(status);
                    daemon.await(status);
                }
                case ScriptStep.Same(String command) -> {
                    String line = command.replace("$SINK", sink.toString());
                    JsonNode expected = qemu.ask(line);
                    JsonNode reply = daemon.ask(line);
                    if (!reply.equals(expected)) {
                        differences.add(difference(command, expected, reply));
                    }
                }
                case ScriptStep.SameShape(String command) -> {
                    JsonNode expected = qemu.ask(command);
                    JsonNode reply = daemon.ask(command);
                    if (!JsonShape.like(reply, expected)) {
                        differences.add(difference(command, expected, reply));
                    }
                }
                case ScriptStep.Different(String command, String why) -> {
                    JsonNode expected = qemu.ask(command);
                    if (daemon.ask(command).equals(expected)) {
                        differences.add(
                                "%s%n  is no longer different (%s), take the sign away%n  %s"
                                        .formatted(command, why, expected));
                    }
                }
            }
        }
        List<String> expected = CertainEvents.of(qemu.events());
        List<String> events = CertainEvents.of(daemon.events());
        if (!events.equals(expected)) {
            differences.add("events%n  QEMU    %s%n  vmferry %s".formatted(expected, events));
        }
        assertThat(differences)
                .as("%s:%n%s%n", script, String.join(System.lineSeparator(), differences))
                .isEmpty();
    }

    private static String difference(String what, JsonNode expected, JsonNode reply) {
        return "%s%n  QEMU    %s%n  vmferry %s".formatted(what, expected, reply);
    }

    // ---- starting

    private RawMonitor qemu(String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of("-name", "guest"));
        all.addAll(List.of(arguments));
        ChildProcess process = Qemu.empty(theirs, "qemu", MEBIBYTES, all.toArray(String[]::new));
        return monitor(process, Qemu.monitor(theirs, "qemu"), theirs);
    }

    private RawMonitor source() throws Exception {
        return monitor(Nodes.source(ours, "source", options("source")), socket("source"), ours);
    }

    private RawMonitor destination() throws Exception {
        return monitor(
                Nodes.destination(
                        ours, "destination", options("destination", "--incoming", "defer")),
                socket("destination"),
                ours);
    }

    private String[] options(String name, String... more) {
        List<String> all = new ArrayList<>();
        all.addAll(List.of("--as-qemu", "--machine", "none"));
        all.addAll(List.of("--profile", "qemu-7.2", "--name", "guest"));
        all.addAll(List.of("--memory", MEBIBYTES + "M", "--qmp", "unix:" + socket(name)));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private Path socket(String name) {
        return ours.resolve(name + ".qmp");
    }

    private RawMonitor monitor(ChildProcess process, Path socket, Path here) throws Exception {
        open.add(process);
        RawMonitor monitor = RawMonitor.connect(process, socket, here);
        open.add(monitor);
        return monitor;
    }
}
