package io.vmferry.lab.pair;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Nodes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a presenter shows: the demonstrations that kill the destination of a postcopy. */
class DemoIT {

    @TempDir Path directory;

    @Test
    void aDestinationKilledWhileItLoadsADeviceCostsNothing() throws Exception {
        assertThat(played())
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
                        "migration completed: the guest runs here",
                        "Memory is what the guest last wrote",
                        "the guest lost nothing")
                .doesNotContain("\u001b");
    }

    @Test
    void aDestinationKilledAfterRunTakesTheGuestWithIt() throws Exception {
        assertThat(played("--after-run"))
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
    void anUnknownOptionIsRefused() throws Exception {
        try (ChildProcess demo = demo("--no-such-option")) {
            assertThat(demo.exitCode()).isEqualTo(1);
            assertThat(demo.stderr()).hasLineCount(1).contains("'--no-such-option'");
        }
    }

    /** What a viewer saw, of a demonstration that went as it must. */
    private String played(String... options) throws Exception {
        try (ChildProcess demo = demo(options)) {
            assertThat(demo.exitCode())
                    .as("exit code; seen:%n%s%s", demo.stdout(), demo.stderr())
                    .isZero();
            return demo.stdout();
        }
    }

    private ChildProcess demo(String... options) throws Exception {
        String script = Nodes.scripts().resolve("demo-kill-destination").toString();
        List<String> command = new ArrayList<>(List.of(script));
        command.addAll(List.of(options));
        return ChildProcess.start(directory, "demo", command);
    }
}
