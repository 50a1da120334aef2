package io.vmferry.lab.pair;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Nodes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The demonstrations in {@code scripts}. */
class DemoIT {

    private static final String KILL = "demo-kill-destination";
    private static final String RECOVERY = "demo-recovery";
    private static final String HALF_OPEN = "demo-half-open";

    private static final String[] RECOVERED = {
        "postcopy-paused",
        "of the guest's memory are only here",
        "run state  running",
        "pages that only the source has",
        "postcopy-recover",
        "completed",
        "Memory is what the guest last wrote",
        "the guest lost nothing"
    };

    @TempDir Path directory;

    @Test
    void aDestinationKilledWhileItLoadsADeviceCostsNothing() throws Exception {
        assertThat(played(KILL))
                .containsSubsequence(
                        "postcopy-device",
                        "loading virtio-net",
                        "KILL",
                        "failed",
                        "vCPUs running again",
                        "migration failed: the guest runs on here",
                        "second destination",
                        "virtio-net loaded",
                        "completed",
                        "migration completed: the guest has arrived",
                        "Memory is what the guest last wrote",
                        "the guest lost nothing")
                .doesNotContain("\u001b");
    }

    @Test
    void aDestinationKilledAfterRunTakesTheGuestWithIt() throws Exception {
        assertThat(played(KILL, "--after-run"))
                .containsSubsequence(
                        "postcopy-device",
                        "postcopy-active",
                        "KILL",
                        "postcopy-paused",
                        "the guest ran at the destination and is lost with it",
                        "of the guest's memory are only here",
                        "Migration is not finalized yet")
                .doesNotContain("\u001b");
    }

    @Test
    void aCutIsRecoveredFrom() throws Exception {
        assertThat(played(RECOVERY))
                .contains("CUT: every connection")
                .containsSubsequence(RECOVERED)
                .doesNotContain("\u001b");
    }

    @Test
    void aLinkThatGoesSilentIsNoticedByTheLivenessLimit() throws Exception {
        assertThat(played(HALF_OPEN))
                .contains("SILENCE: no byte is carried any more")
                .containsSubsequence(RECOVERED)
                .doesNotContain("\u001b");
    }

    @Test
    void withoutALimitNoSideDetectsIt() throws Exception {
        assertThat(played(HALF_OPEN, "--no-limit"))
                .containsSubsequence("SILENCE", "both monitors still say postcopy-active")
                .containsSubsequence(RECOVERED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "demo-kill-destination --no-such-option | '--no-such-option'",
                "demo-kill-destination --after-run --more | '--more'",
                "demo-recovery --no-such-option | '--no-such-option'",
                "demo-half-open --no-such-option | '--no-such-option'",
                "demo-half-open --no-limit more | 'more'",
                "demo --no-such-option | '--no-such-option'",
                "demo foo | Expected the size of the guest as 256M or 1G, got 'foo'",
                "demo 64M 2 | Expected one size at most, got '2' too",
                "demo 7 | '7'"
            })
    void aWrongCommandLineIsRefused(String line, String complaint) throws Exception {
        String[] words = line.split(" ", 2);
        try (ChildProcess demo = demo(words[0], words[1].split(" "))) {
            assertThat(demo.exitCode()).isEqualTo(2);
            assertThat(demo.stderr()).hasLineCount(1).contains(complaint);
        }
    }

    /** The output of a successful demonstration. */
    private String played(String script, String... options) throws Exception {
        try (ChildProcess demo = demo(script, options)) {
            assertThat(demo.exitCode())
                    .as("exit code; seen:%n%s%s", demo.stdout(), demo.stderr())
                    .isZero();
            return demo.stdout();
        }
    }

    private ChildProcess demo(String script, String... options) throws Exception {
        // so wide that no sentence is wrapped
        List<String> command = new ArrayList<>(List.of("env", "COLUMNS=200"));
        command.add(Nodes.scripts().resolve(script).toString());
        command.addAll(List.of(options));
        return ChildProcess.start(directory, "demo", command);
    }
}
