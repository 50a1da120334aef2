package io.vmferry.lab.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vmferry.lab.process.ChildProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the images say of themselves, what they contain, and what they refuse to start. */
@NeedsEngine
class ImagesIT {

    private static final String LABEL = "org.opencontainers.image.";

    @TempDir Path directory;

    /** Runs a client of the engine to its end. */
    private Output docker(String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of("docker"));
        command.addAll(List.of(words));
        try (ChildProcess client = ChildProcess.start(directory, "docker", command)) {
            int code = client.exitCode();
            return new Output(code, client.stdout(), client.stderr());
        }
    }

    private record Output(int exitCode, String stdout, String stderr) {}

    private static String image(String node) {
        return "vmferry/%s:%s".formatted(node, Images.TAG);
    }

    @ParameterizedTest
    @CsvSource({"source-node, 4441", "dest-node, 4444"})
    void anImageSaysWhatItIs(String node, int port) throws Exception {
        Output inspected = docker("image", "inspect", image(node));
        JsonNode config = new ObjectMapper().readTree(inspected.stdout()).path(0).path("Config");
        JsonNode labels = config.path("Labels");
        assertThat(labels.path(LABEL + "title").asText()).startsWith("vmferry ");
        assertThat(labels.path(LABEL + "licenses").asText()).isEqualTo("Apache-2.0");
        assertThat(labels.path(LABEL + "version").asText()).isNotEmpty();
        assertThat(labels.path(LABEL + "revision").asText()).isNotEmpty();
        assertThat(config.path("ExposedPorts").fieldNames())
                .toIterable()
                .contains(port + "/tcp", "9464/tcp");
        assertThat(config.path("Volumes").fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("/run/vmferry", "/var/lib/vmferry");
    }

    @ParameterizedTest
    @CsvSource({"source-node", "dest-node"})
    void anImageHasTheLicencesOfWhatItContains(String node) throws Exception {
        String id = docker("create", image(node)).stdout().strip();
        try {
            for (String file :
                    List.of(
                            "/opt/vmferry/LICENSE",
                            "/opt/vmferry/NOTICE",
                            "/opt/java/legal/java.base/LICENSE")) {
                assertThat(docker("cp", id + ":" + file, directory + "/copy").exitCode())
                        .as(file)
                        .isZero();
            }
            docker("cp", id + ":/opt/vmferry/licenses", directory.toString());
            assertThat(directory.resolve("licenses"))
                    .isDirectoryContaining("glob:**/slf4j-api-*")
                    .isDirectoryContaining("glob:**/HdrHistogram-*");
        } finally {
            docker("rm", "--volumes", id);
        }
    }

    @ParameterizedTest
    @CsvSource({"source-node, Nothing to do: give --migrate", "dest-node, Nothing to wait for"})
    void aNodeWithoutATaskIsRefused(String node, String message) throws Exception {
        Output run = docker("run", "--rm", image(node));
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.stderr()).startsWith(message);
    }

    @Test
    void aGuestLargerThanTheContainerIsRefused() throws Exception {
        assumeTrue(
                docker("info", "--format", "{{.MemoryLimit}}").stdout().strip().equals("true"),
                "this engine limits no memory");
        Output run =
                docker(
                        "run",
                        "--rm",
                        "--memory=64m",
                        image("dest-node"),
                        "--memory=256M",
                        "--incoming=tcp:0.0.0.0:4444");
        assertThat(run.exitCode()).as(run.stderr()).isEqualTo(1);
        assertThat(run.stderr())
                .contains("needs 385 MiB", "limit here is 64 MiB", "--memory-overcommit");
    }
}
