package io.vmferry.lab.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Nodes;
import io.vmferry.lab.process.QmpClient;
import io.vmferry.lab.process.RealQemu;
import io.vmferry.protocol.Named;
import io.vmferry.protocol.profile.Profile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A stream with pages encoded by the XBZRLE of a real QEMU, recorded by this test: it is written
 * again to the byte, and our destination loads it.
 */
class XbzrleCaptureIT {

    private static final int ENOUGH_PAGES = 3 * ChangingGuest.CHANGING_PAGES;

    @TempDir Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"7.2", "10.0", "11.1"})
    void isWrittenAgainAndLoaded(String version) throws Exception {
        Optional<RealQemu> real = RealQemu.of(version);
        assumeTrue(real.isPresent(), "QEMU " + version + " is not installed");
        ChangingGuest guest = new ChangingGuest(directory);
        Path recording = directory.resolve("stream");
        long deltaBytes = record(guest, real.get(), recording);
        Profile profile = Named.find(Profile.class, "qemu-" + version).orElseThrow();

        byte[] stream = Files.readAllBytes(recording);
        RewrittenStream rewritten = RewrittenStream.of(stream, ChangingGuest.BYTES, profile);
        assertThat(rewritten.deltas()).isPositive();
        assertThat(deltaBytes).isPositive();
        assertThat(rewritten.content()).isEqualTo(Files.readAllBytes(guest.memory()));

        Path arrived = load(profile, recording);
        assertThat(Files.mismatch(guest.memory(), arrived))
                .as("first byte in which the RAM of both sides differs")
                .isEqualTo(-1);
    }

    /** Records a migration of changing memory; returns the bytes of its differences. */
    private long record(ChangingGuest guest, RealQemu real, Path recording) throws Exception {
        Path monitor = directory.resolve("qemu.qmp");
        try (ChildProcess qemu = guest.start(real, monitor);
                QmpClient source = QmpClient.connect(qemu, monitor)) {
            source.execute(
                    "migrate-set-capabilities",
                    "{\"capabilities\": [{\"capability\": \"xbzrle\", \"state\": true},"
                            + " {\"capability\": \"events\", \"state\": true}]}");
            limit(source, 1 << 20, 1);
            source.execute("migrate", "{\"uri\": \"exec:cat > %s\"}".formatted(recording));
            guest.changeUntil(
                    source, report -> report.at("/xbzrle-cache/pages").asLong() >= ENOUGH_PAGES);
            limit(source, 0, 10_000);
            source.awaitMigration("completed");
            JsonNode cache = source.execute("query-migrate").path("xbzrle-cache");
            source.execute("quit");
            assertThat(qemu.exitCode()).isZero();
            return cache.path("bytes").asLong();
        }
    }

    private static void limit(QmpClient source, long bytesPerSecond, int downtimeMillis)
            throws InterruptedException {
        source.execute(
                "migrate-set-parameters",
                "{\"max-bandwidth\": %d, \"downtime-limit\": %d}"
                        .formatted(bytesPerSecond, downtimeMillis));
    }

    private Path load(Profile profile, Path recording) throws Exception {
        Path monitor = directory.resolve("ours.qmp");
        String options =
                "--machine none --profile %s --memory %dM --capability events --qmp unix:%s --incoming defer"
                        .formatted(profile.text(), ChangingGuest.MEBIBYTES, monitor);
        try (ChildProcess ours = Nodes.destination(directory, "ours", options.split(" "));
                QmpClient destination = QmpClient.connect(ours, monitor)) {
            destination.execute(
                    "migrate-incoming", "{\"uri\": \"exec:cat %s\"}".formatted(recording));
            destination.awaitMigration("completed");
            return destination.saveMemory(directory.resolve("arrived"), ChangingGuest.BYTES);
        }
    }
}
