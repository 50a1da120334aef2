package io.vmferry.lab.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Nodes;
import io.vmferry.lab.process.Qemu;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code scripts/qmp} as a person or a script calls it, with two real QEMUs. */
class QmpScriptIT {

    private static final int MEBIBYTES = 64;

    @TempDir Path directory;
    private ChildProcess source;
    private ChildProcess destination;
    private int calls;

    private record Said(int code, String out, String err) {}

    @BeforeAll
    static void needsQemu() {
        assumeTrue(Qemu.installed(), "qemu-system-x86_64 is not installed");
    }

    @BeforeEach
    void start() throws Exception {
        source = Qemu.empty(directory, "source", MEBIBYTES);
        destination = Qemu.empty(directory, "destination", MEBIBYTES, "-incoming", "defer");
    }

    @AfterEach
    void end() {
        source.close();
        destination.close();
    }

    private Said qmp(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Nodes.scripts().resolve("qmp").toString());
        for (String word : words) {
            command.add(word.startsWith("@") ? monitor(word.substring(1)) : word);
        }
        try (ChildProcess called = ChildProcess.start(directory, "qmp" + calls++, command)) {
            return new Said(called.exitCode(), called.stdout(), called.stderr());
        }
    }

    private String monitor(String name) {
        return Qemu.monitor(directory, name).toString();
    }

    @Test
    void drivesAMigrationAlone() throws Exception {
        for (String side : List.of("@source", "@destination")) {
            assertThat(
                            qmp(
                                    side,
                                    "migrate-set-capabilities",
                                    "capabilities.0.capability=events",
                                    "capabilities.0.state=true"))
                    .isEqualTo(new Said(0, "{}\n", ""));
        }
        String uri = "uri=unix:" + directory.resolve("migration");
        assertThat(qmp("@destination", "migrate-incoming", uri)).isEqualTo(new Said(0, "{}\n", ""));
        Said watched = qmp("--watch", "@source", "migrate", uri);
        assertThat(watched.code()).as(watched.err()).isZero();
        List<String> lines = watched.out().lines().toList();
        for (String line : lines) {
            assertThat(new ObjectMapper().readTree(line).isObject()).as(line).isTrue();
        }
        assertThat(lines.getLast()).startsWith("{\"query-migrate\": {").contains("\"completed\"");
        assertThat(qmp("--raw", "@source", "query-status").out()).contains("postmigrate");
    }

    @Test
    void whatIsRefusedAndWhatFailsHaveTheirCodes() throws Exception {
        Said refused = qmp("@source", "migrate", "uri=nonsense");
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.out()).isEmpty();
        assertThat(refused.err()).startsWith("GenericError: ");
        Said failed =
                qmp("--watch", "@source", "migrate", "uri=unix:" + directory.resolve("nobody"));
        assertThat(failed.code()).isIn(1, 3);
        assertThat(qmp("@source", "fly").err())
                .isEqualTo("CommandNotFound: The command fly has not been found\n");
        assertThat(qmp("--oob", "@source", "migrate-pause").err())
                .startsWith("GenericError: migrate-pause is currently only supported");
        assertThat(qmp("./nowhere", "stop").code()).isEqualTo(5);
        assertThat(qmp("nowhere", "stop").code()).isEqualTo(2);
    }
}
