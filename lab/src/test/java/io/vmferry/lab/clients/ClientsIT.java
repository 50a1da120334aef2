package io.vmferry.lab.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Nodes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code scripts/clients} with programs of few lines, and with real clients that can be fetched.
 */
class ClientsIT {

    @TempDir Path directory;
    private int exitCode;

    @SuppressWarnings("NullAway.Init") // set as the test begins
    private String err;

    private List<JsonNode> rows(String... words) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Nodes.scripts().resolve("clients").toString());
        command.addAll(List.of(words));
        int json = command.indexOf("--json-here");
        command.set(json, "--json");
        Path file = directory.resolve("rows.json");
        command.add(json + 1, file.toString());
        try (ChildProcess clients = ChildProcess.start(directory, "clients", command)) {
            assertThat(clients.process().waitFor(5, TimeUnit.MINUTES)).as("it ends").isTrue();
            exitCode = clients.process().exitValue();
            err = clients.stderr();
        }
        return file.toFile().exists()
                ? StreamSupport.stream(
                                new ObjectMapper()
                                        .readTree(file.toFile())
                                        .path("rows")
                                        .spliterator(),
                                false)
                        .toList()
                : List.of();
    }

    private List<JsonNode> run(String situation, String script) throws Exception {
        return rows(
                "run",
                "--json-here",
                "--deadline",
                "3",
                "--situation",
                situation,
                "--",
                "bash",
                "-c",
                script);
    }

    @Test
    void aScriptOfFewLinesMigrates() throws Exception {
        String script = Nodes.scripts().resolveSibling("examples/clients/ten-lines.py").toString();
        JsonNode row =
                rows("run", "--json-here", "--situation", "healthy", "--", script).getFirst();
        assertThat(row.path("guest").asText()).isEqualTo("moved");
        assertThat(row.path("good").asBoolean()).isTrue();
        assertThat(exitCode).isZero();
    }

    @Test
    void aCommandThatNeverMigratesIsWrong() throws Exception {
        JsonNode row = run("healthy", "echo fine").getFirst();
        assertThat(row.path("trouble").asText()).isEqualTo("never migrated");
        assertThat(exitCode).isEqualTo(1);
    }

    @Test
    void aCommandThatNeverEndsIsEndedWithAllThatItStarted() throws Exception {
        JsonNode row = run("healthy", "setsid sleep 4711 & sleep 4711").getFirst();
        assertThat(row.path("trouble").asText()).contains("was ended after 3 s");
        assertThat(ProcessHandle.allProcesses().map(p -> p.info().commandLine().orElse("")))
                .noneMatch(line -> line.endsWith("sleep 4711"));
    }

    @Test
    void aCommandThatCannotBeStartedIsOneLine() throws Exception {
        assertThat(rows("run", "--json-here", "--situation", "healthy", "--", "no-such-client"))
                .isEmpty();
        assertThat(exitCode).isEqualTo(2);
        assertThat(err.lines())
                .singleElement()
                .asString()
                .startsWith("Cannot start 'no-such-client'");
    }

    @Test
    void clientsInTheBoxMigrateAndMeetAPausedPostcopy() throws Exception {
        Map<String, List<String>> paused = new LinkedHashMap<>();
        paused.put("ganeti", List.of("lost"));
        paused.put("qemu-qmp", List.of("stranded"));
        paused.put("npm-qemu-qmp", List.of("stranded"));
        // safe when it asks, and gives up, before the guest runs at the destination
        paused.put("proxmox-rules", List.of("lost", "safe"));
        List<String> words = new ArrayList<>(List.of("box"));
        words.addAll(paused.keySet());
        words.addAll(List.of("--json-here", "--jobs", "4"));
        words.addAll(List.of("--situation", "healthy", "--situation", "postcopy-paused"));
        List<JsonNode> rows = rows(words.toArray(String[]::new));
        assumeTrue(!err.contains("None of these clients can be had"), "no client can be had");
        long missing =
                paused.keySet().stream().filter(c -> err.contains("Cannot get " + c)).count();
        assertThat(rows).as(err).hasSize((int) (2 * (paused.size() - missing)));
        for (JsonNode row : rows) {
            String client = row.path("client").asText();
            boolean healthy = row.path("situation").asText().equals("healthy");
            assertThat(row.path("guest").asText())
                    .as("%s", row)
                    .isIn(healthy ? List.of("moved") : paused.get(client));
            assertThat(row.path("good").asBoolean()).as("%s", row).isEqualTo(healthy);
        }
        assertThat(exitCode).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "11"})
    void twoRealQemusHaveTheSameSituations(String version) throws Exception {
        String script = Nodes.scripts().resolveSibling("examples/clients/ten-lines.py").toString();
        Map<String, String> expected = new LinkedHashMap<>();
        expected.put("pre-switchover", "moved");
        expected.put("device", "moved");
        expected.put("postcopy-paused", "stranded");
        expected.put("cancelled", "safe");
        expected.put("failed", "safe");
        List<String> words = new ArrayList<>(List.of("run", "--json-here", "--real-qemu", version));
        expected.keySet().forEach(name -> words.addAll(List.of("--situation", name)));
        words.addAll(List.of("--", script));
        Map<String, String> ends = new LinkedHashMap<>();
        for (JsonNode row : rows(words.toArray(String[]::new))) {
            ends.put(row.path("situation").asText(), row.path("guest").asText());
            assertThat(row.path("version").asText()).startsWith("QEMU " + version + ".");
        }
        assumeQemu(version);
        assertThat(ends).as(err).isEqualTo(expected);
    }

    @Test
    void ganetiLosesAPausedPostcopyOfTwoRealQemusToo() throws Exception {
        List<JsonNode> rows =
                rows(
                        "box",
                        "ganeti",
                        "--json-here",
                        "--real-qemu",
                        "11",
                        "--situation",
                        "postcopy-paused");
        assumeTrue(!err.contains("Cannot get ganeti"), "Cannot get ganeti");
        assumeQemu("11");
        assertThat(rows)
                .singleElement()
                .satisfies(row -> assertThat(row.path("guest").asText()).isEqualTo("lost"));
    }

    @Test
    void aSituationThatNoLinkBringsAboutHasNoRowOfRealQemus() throws Exception {
        List<JsonNode> rows =
                rows(
                        "run",
                        "--json-here",
                        "--real-qemu",
                        "7",
                        "--situation",
                        "unknown-status",
                        "--",
                        "true");
        assumeQemu("7");
        assertThat(rows).isEmpty();
        assertThat(exitCode).isEqualTo(2);
        assertThat(err.lines())
                .singleElement()
                .asString()
                .startsWith("None of these versions has any of these situations");
    }

    private void assumeQemu(String version) {
        assumeTrue(!err.contains("No QEMU " + version), "no QEMU " + version);
        assumeTrue(!err.contains("No profile is like the QEMU " + version), "no such profile");
    }
}
