package io.vmferry.machine.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.event.Level;

class JsonLoggerTest {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Logger log =
            new JsonLogger(
                    "io.vmferry.machine.daemon.Node",
                    Level.INFO,
                    new JsonLogOutput(
                            new PrintStream(bytes, false, StandardCharsets.UTF_8),
                            "source-node",
                            "vm1"));

    private List<String> lines() {
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private JsonNode line() throws IOException {
        assertThat(lines()).hasSize(1);
        return new ObjectMapper().readTree(lines().getFirst());
    }

    @Test
    void writesAnObjectALine() throws IOException {
        log.warn("Connection from {} says \"{}\"", "peer\n1", "\u0000");
        assertThat(line().path("node").asText()).isEqualTo("source-node");
        assertThat(line().path("name").asText()).isEqualTo("vm1");
        assertThat(line().path("level").asText()).isEqualTo("warn");
        assertThat(line().path("logger").asText()).isEqualTo("Node");
        assertThat(line().path("message").asText())
                .isEqualTo("Connection from peer\n1 says \"\u0000\"");
        assertThat(Instant.parse(line().path("time").asText())).isNotNull();
    }

    @Test
    void makesMembersOfPairs() throws IOException {
        log.atInfo()
                .addKeyValue("point", "dirty-sync")
                .addKeyValue("argument", 3)
                .log("dirty-sync(3)");
        assertThat(line().path("point").asText()).isEqualTo("dirty-sync");
        assertThat(line().path("argument").asText()).isEqualTo("3");
    }

    @Test
    void tellsWhatWasThrown() throws IOException {
        log.error("Internal error: {}", "it", new IllegalStateException("why"));
        assertThat(line().path("message").asText()).isEqualTo("Internal error: it");
        assertThat(line().path("stacktrace").asText())
                .startsWith("java.lang.IllegalStateException: why\n\tat ");
    }

    @Test
    void leavesOutWhatIsBelowItsLevel() {
        log.debug("{}", "point");
        log.atDebug().addKeyValue("point", "x").log("point");
        assertThat(lines()).isEmpty();
        assertThat(log.isDebugEnabled()).isFalse();
        assertThat(log.isInfoEnabled()).isTrue();
    }
}
