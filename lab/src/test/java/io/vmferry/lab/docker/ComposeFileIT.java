package io.vmferry.lab.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.lab.process.ChildProcess;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The compose file as compose reads it; this needs no engine. */
class ComposeFileIT {

    @TempDir Path directory;

    @Test
    void itIsRightAndHasThePair() throws Exception {
        assertThat(services("config", "--services")).contains("source", "dest");
    }

    @Test
    void theProfileAddsDashboards() throws Exception {
        assertThat(services("--profile", "dashboards", "config", "--services"))
                .contains("source", "dest", "prometheus", "grafana");
    }

    private List<String> services(String... command) throws Exception {
        try (ChildProcess config = new Compose(directory).start("config", List.of(), command)) {
            assertThat(config.exitCode()).as(config.stdout() + config.stderr()).isZero();
            return config.stdout().lines().toList();
        }
    }
}
