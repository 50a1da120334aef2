package io.vmferry.lab.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vmferry.tools.commandline.ToolRun;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
                        "seed 3: failed, safe at the source; ");
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
                .containsPattern("\\nfailure, source\\R(  .*\\R)*  guest-resumed +x +x ")
                .containsPattern("\\n[0-9,]+ simulated cells, 0 broke a rule\\R$");

        JsonNode all = new ObjectMapper().readTree(json.toFile());
        assertThat(all.get("simulated-cells").asInt()).isPositive();
        assertThat(all.get("cells"))
                .anySatisfy(cell -> {
                    assertThat(cell.get("outcome").asText()).isEqualTo("lost");
                    assertThat(cell.get("owner").asText()).isEqualTo("nobody");
                    assertThat(cell.get("command").asText())
                            .startsWith("vmferry matrix --course failure --at source --fault '")
                            .endsWith("' --seed 1");
                });
        assertThat(all.at("/run/seed").asText()).isEqualTo("1");
        assertThat(Files.readString(html))
                .contains("scripts/matrix --simulated --course failure --json ")
                .contains("<tr id=\"simulated/failure/source/guest-resumed\">");
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
        assertThat(tool.with("--real", "--at", "moon")).isEqualTo(2);
        assertThat(tool.with("--real", "--course", "teleport")).isEqualTo(2);
        assertThat(tool.with("--simulated", "--real")).isEqualTo(2);
        assertThat(tool.complained().lines())
                .satisfiesExactly(
                        line ->
                                assertThat(line)
                                        .startsWith("There is no course 'teleport': expected"),
                        line -> assertThat(line).isEqualTo("--fault needs one --course and --at"),
                        line ->
                                assertThat(line)
                                        .startsWith("Unknown --at 'moon': expected one of source"),
                        line -> assertThat(line).contains("there is no action 'melt'"),
                        line -> assertThat(line).startsWith("Unknown --at 'moon'"),
                        line -> assertThat(line).startsWith("There is no course 'teleport'"),
                        line -> assertThat(line).contains("no cell is left"));
    }

    /** With options that would have no effect, or where nothing is left to run. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--fault=pong:kill --html=x | --html does not go with --fault, which runs one cell",
                "--fault=pong:kill --json=x | --json does not go with --fault, which runs one cell",
                "--fault=pong:kill --seeds=2"
                        + " | --seeds does not go with --fault, which runs one cell",
                "--real --seed=2 | --seed does not go with --real: real daemons have no seed",
                "--real --seeds=2 | --seeds does not go with --real: real daemons have no seed",
                "--course=postcpy | There is no course 'postcpy', did you mean 'postcopy': expected one of"
                        + " precopy, precopy-inline, precopy-silent, xbzrle, pause-before-switchover,"
                        + " switchover-ack, multifd, multifd-old, unplug, postcopy, postcopy-inline,"
                        + " postcopy-old, preempt, postcopy-scattered, recovery, recovery-preempt,"
                        + " recovery-multifd, failure",
                "--at=dest | Unknown --at 'dest': expected one of source, destination",
                "--real --course=failure | No cell is left: real daemons run some of the courses"
                        + " precopy, precopy-inline, multifd, postcopy, postcopy-inline, postcopy-old,"
                        + " preempt, recovery",
                "--html=no/such.html --json=x | Cannot write --html",
                "--html=x --json=./x | --html x: another option writes this file"
            })
    void refusesWhatItWouldIgnore(String args, String complaint) {
        assertThat(tool.with(args.split(" "))).isEqualTo(2);
        assertThat(tool.complained().lines()).singleElement(STRING).contains(complaint);
        assertThat(tool.said()).isEmpty();
    }
}
