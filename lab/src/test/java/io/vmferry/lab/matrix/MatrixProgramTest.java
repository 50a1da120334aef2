package io.vmferry.lab.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vmferry.tools.commandline.ToolRun;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MatrixProgramTest {

    private static final String[] FAILURE = {"--simulated", "--course", "failure"};

    @TempDir Path directory;
    private final ToolRun tool = new ToolRun(MatrixProgram::new);

    @Test
    void showsOneCellPointByPoint() {
        assertThat(
                        tool.with(
                                "--course",
                                "postcopy",
                                "--at",
                                "destination",
                                "--fault",
                                "device-load(virtio-net)@50%:kill",
                                "--seed",
                                "3"))
                .isZero();
        assertThat(tool.said())
                .containsSubsequence(
                        "source       package-sent",
                        "destination  fault-injected(kill)",
                        "source       status(failed)",
                        "source       guest-resumed",
                        "SAFE_AT_SOURCE, the guest is with source");
    }

    @Test
    void showsACourseAndWritesItDown() throws Exception {
        Path json = directory.resolve("matrix.json");
        Path html = directory.resolve("matrix.html");
        assertThat(
                        tool.with(
                                FAILURE[0],
                                FAILURE[1],
                                FAILURE[2],
                                "--json",
                                json.toString(),
                                "--html",
                                html.toString()))
                .isZero();
        assertThat(tool.said())
                .containsPattern("failure, source, guest-resumed +x +x ")
                .endsWith("0 real cells, 0 broke a rule" + System.lineSeparator());

        JsonNode all = new ObjectMapper().readTree(json.toFile());
        assertThat(all.get("simulated-cells").asInt()).isPositive();
        assertThat(all.get("cells"))
                .anySatisfy(cell -> {
                    assertThat(cell.get("outcome").asText()).isEqualTo("lost");
                    assertThat(cell.get("owner").asText()).isEqualTo("nobody");
                    assertThat(cell.get("command").asText())
                            .startsWith("scripts/matrix --course failure --at source --fault '")
                            .endsWith("' --seed 1");
                });
        assertThat(Files.readString(html))
                .contains(
                        "<h2>failure: a device rejects its state, the source continues (simulated)</h2>")
                .contains("source guest-resumed")
                .contains("class=\"LOST\"");
    }

    @Test
    void refusesWhatDoesNotExist() {
        assertThat(tool.with("--course", "teleport")).isEqualTo(2);
        assertThat(tool.with("--course", "postcopy", "--fault", "package-sent:kill")).isEqualTo(2);
        assertThat(tool.with("--course", "postcopy", "--at", "moon", "--fault", "pong:kill"))
                .isEqualTo(2);
        assertThat(
                        tool.with(
                                "--course",
                                "postcopy",
                                "--at",
                                "source",
                                "--fault",
                                "package-sent:melt"))
                .isEqualTo(2);
        assertThat(tool.with("--simulated", "--real")).isEqualTo(2);
        assertThat(tool.complained().lines())
                .satisfiesExactly(
                        line ->
                                assertThat(line)
                                        .startsWith("There is no course 'teleport': expected"),
                        line -> assertThat(line).isEqualTo("--fault needs one --course and --at"),
                        line ->
                                assertThat(line)
                                        .isEqualTo("--at is source or destination, not 'moon'"),
                        line -> assertThat(line).contains("there is no action 'melt'"),
                        line -> assertThat(line).contains("no cell is left"));
    }
}
