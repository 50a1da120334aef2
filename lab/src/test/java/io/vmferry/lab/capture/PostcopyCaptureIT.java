package io.vmferry.lab.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Nodes;
import io.vmferry.lab.process.QmpClient;
import io.vmferry.protocol.Named;
import io.vmferry.protocol.profile.Profile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Postcopies between two real QEMUs: our destination loads what the source sent and answers as the
 * real one did, and our source of the same guest sends the same.
 */
class PostcopyCaptureIT {

    private static final int RAM_BYTES = 16 << 20;
    private static final String RAM_SHA256 =
            "c3ee188de1f124e13125ec788d6b1292224ab418e38bb8b0c67970695aa601c3";
    private static final Pattern LISTENING = Pattern.compile("listening on tcp:.*:(\\d+)");

    @TempDir Path directory;

    @ParameterizedTest
    @CsvSource({"qemu-7.2-none-16M-postcopy, qemu-7.2", "qemu-11.1-none-16M-postcopy, qemu-11.1"})
    void ourDestinationLoadsAndAnswers(String name, String profile) throws Exception {
        Capture capture = Capture.named(name);
        try (ChildProcess node = destination(profile);
                QmpClient monitor = QmpClient.connect(node, monitor("dest"));
                Playback playback = playback(capture, node, monitor)) {
            playback.play();
            ReturnPathAnswers.assertSame(playback.rest(), capture.toSource());
            monitor.awaitMigration("completed");
            assertThat(sha256(monitor.saveMemory(directory.resolve("ram.img"), RAM_BYTES)))
                    .isEqualTo(RAM_SHA256);
        }
    }

    /** With the same bitmap of what has come, to the bit. */
    @Test
    void ourDestinationPausesWhereTheConnectionIsCutAndRecoversOnTheNext() throws Exception {
        String name = "qemu-11.1-none-16M-postcopy-recover";
        Capture cut = Capture.named(name);
        Capture recovery = Capture.named(name, 1);
        try (ChildProcess node = destination("qemu-11.1");
                QmpClient monitor = QmpClient.connect(node, monitor("dest"));
                Playback playback = playback(cut, node, monitor)) {
            playback.play();
            ReturnPathAnswers.assertSame(playback.cut(), cut.toSource());
            monitor.awaitMigration("postcopy-paused");
            assertThat(monitor.execute("query-status").path("status").asText())
                    .isEqualTo("running");
            recover(recovery, monitor);
            assertThat(sha256(monitor.saveMemory(directory.resolve("ram.img"), RAM_BYTES)))
                    .isEqualTo(RAM_SHA256);
        }
    }

    private void recover(Capture recovery, QmpClient monitor) throws Exception {
        monitor.forgetEvents();
        monitor.execute("migrate-recover", "{\"uri\": \"tcp:127.0.0.1:0\"}");
        int port = monitor.execute("query-migrate").at("/socket-address/0/port").asInt();
        try (Playback playback = new Playback(recovery, monitor, port, directory)) {
            playback.play();
            assertThat(playback.rest()).isEqualTo(recovery.toSource());
        }
        monitor.awaitMigration("completed");
        assertThat(monitor.eventNames())
                .containsExactly(
                        "MIGRATION(postcopy-recover)",
                        "MIGRATION(postcopy-active)",
                        "MIGRATION(completed)");
    }

    @ParameterizedTest
    @CsvSource({"qemu-7.2-none-16M-postcopy, qemu-7.2", "qemu-11.1-none-16M-postcopy, qemu-11.1"})
    void ourSourceSendsTheSame(String name, String profileName) throws Exception {
        Capture capture = Capture.named(name);
        Profile profile = Named.find(Profile.class, profileName).orElseThrow();
        Path image = image(capture, profileName);
        try (ChildProcess destination = destination(profileName);
                RecordingProxy proxy = new RecordingProxy(port(destination));
                ChildProcess node = source(profileName, image);
                QmpClient source = QmpClient.connect(node, monitor("source"))) {
            source.execute("migrate", "{\"uri\": \"" + proxy.uri() + "\"}");
            source.awaitMigration("active");
            source.execute("migrate-start-postcopy");
            source.awaitMigration("completed");
            byte[] stream = proxy.stream().get(1, TimeUnit.MINUTES);
            assertThat(StreamStructure.of(stream, profile))
                    .isEqualTo(StreamStructure.of(capture.toDestination(), profile));
        }
    }

    /** The guest's RAM, as our destination got it from the capture. */
    private Path image(Capture capture, String profile) throws Exception {
        Path image = directory.resolve("ram.img");
        try (ChildProcess node = destination(profile);
                QmpClient monitor = QmpClient.connect(node, monitor("dest"));
                Playback playback = playback(capture, node, monitor)) {
            playback.play();
            monitor.awaitMigration("completed");
            monitor.saveMemory(image, RAM_BYTES);
            monitor.execute("quit");
            assertThat(node.exitCode()).isZero();
        }
        assertThat(sha256(image)).isEqualTo(RAM_SHA256);
        return image;
    }

    private static String sha256(Path file) throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
        return HexFormat.of().formatHex(digest);
    }

    // ---- nodes

    private Playback playback(Capture capture, ChildProcess node, QmpClient monitor)
            throws Exception {
        return new Playback(capture, monitor, port(node), directory);
    }

    private static int port(ChildProcess node) throws Exception {
        return Integer.parseInt(node.awaitLine(LISTENING).group(1));
    }

    private Path monitor(String name) {
        return directory.resolve(name + ".qmp");
    }

    private ChildProcess destination(String profile) throws Exception {
        return Nodes.destination(
                directory, "dest", options("dest", profile, "--incoming tcp:127.0.0.1:0"));
    }

    /** So slow that precopy is not complete before postcopy is started. */
    private ChildProcess source(String profile, Path image) throws Exception {
        String own = "--return-path inline --parameter max-bandwidth=1M --memory-image " + image;
        return Nodes.source(directory, "source", options("source", profile, own));
    }

    private String[] options(String name, String profile, String own) {
        String all =
                "--machine none --memory 16M --profile %s --capability postcopy-ram --capability events --qmp unix:%s %s"
                        .formatted(profile, monitor(name), own);
        return Arrays.stream(all.split(" ")).toArray(String[]::new);
    }
}
