package io.vmferry.lab.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmferry.lab.process.ChildProcess;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prometheus' own checker accepts the alert rules, which fire when they are to. */
class AlertsIT {

    private static final Path FOLDER = Path.of("..", "scripts", "docker");

    @TempDir Path directory;

    @BeforeEach
    void copyRules() throws IOException {
        assumeTrue(ChildProcess.installed("promtool"), "no promtool, which checks rules");
        for (String file : List.of("alerts.yml", "prometheus.yml")) {
            Files.copy(FOLDER.resolve(file), directory.resolve(file));
        }
    }

    private void promtool(String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of("promtool"));
        command.addAll(List.of(words));
        try (ChildProcess check = ChildProcess.start(directory, "promtool", command)) {
            assertThat(check.exitCode()).as(check.stdout() + check.stderr()).isZero();
        }
    }

    private static String tests() throws IOException {
        try (InputStream stored =
                Objects.requireNonNull(AlertsIT.class.getResourceAsStream("alerts-test.yml"))) {
            return new String(stored.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void theConfigurationOfTheComposeFileIsRight() throws Exception {
        promtool("check", "config", directory.resolve("prometheus.yml").toString());
    }

    @Test
    void everyRuleFiresWhenItIsTo() throws Exception {
        Path test = Files.writeString(directory.resolve("alerts-test.yml"), tests());
        promtool("test", "rules", test.toString());
    }

    @Test
    void everyRuleHasATest() throws Exception {
        String tests = tests();
        assertThat(
                        Files.readString(directory.resolve("alerts.yml"))
                                .lines()
                                .filter(line -> line.contains("- alert: "))
                                .map(line -> line.strip().substring("- alert: ".length())))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(tests).contains("alertname: " + name));
    }
}
