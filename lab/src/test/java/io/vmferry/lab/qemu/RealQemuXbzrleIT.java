package io.vmferry.lab.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Nodes;
import io.vmferry.lab.process.QmpClient;
import io.vmferry.lab.process.RealQemu;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages that are sent as their difference to what was sent before: every byte arrives. */
class RealQemuXbzrleIT {

    private static final int ENOUGH_PAGES = 3 * ChangingGuest.CHANGING_PAGES;

    /** Enough for pages to have been sent again. */
    private static final int PASSES = 5;

    @TempDir Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"7.2", "10.0", "11.1"})
    void fromQemuToOurs(String version) throws Exception {
        Optional<RealQemu> real = RealQemu.of(version);
        assumeTrue(real.isPresent(), "QEMU " + version + " is not installed");
        ChangingGuest guest = new ChangingGuest(directory);
        Path ourMonitor = directory.resolve("ours.qmp");
        Path monitor = directory.resolve("qemu.qmp");
        try (ChildProcess qemu = guest.start(real.get(), monitor);
                ChildProcess ours =
                        Nodes.destination(
                                directory,
                                "ours",
                                "--machine",
                                "none",
                                "--profile",
                                "qemu-" + version,
                                "--memory",
                                ChangingGuest.MEBIBYTES + "M",
                                "--capability",
                                "events",
                                "--qmp",
                                "unix:" + ourMonitor,
                                "--incoming",
                                address());
                QmpClient source = QmpClient.connect(qemu, monitor);
                QmpClient destination = QmpClient.connect(ours, ourMonitor)) {
            ours.awaitLine(Pattern.compile("listening on .*"));
            source.execute(
                    "migrate-set-capabilities",
                    "{\"capabilities\": [{\"capability\": \"xbzrle\", \"state\": true},"
                            + " {\"capability\": \"events\", \"state\": true}]}");
            limit(source, 1 << 20, 1);
            source.execute("migrate", "{\"uri\": \"" + address() + "\"}");
            guest.changeUntil(
                    source, report -> report.at("/xbzrle-cache/pages").asLong() >= ENOUGH_PAGES);
            assertThat(source.execute("query-migrate").at("/xbzrle-cache/bytes").asLong())
                    .isPositive();
            limit(source, 0, 10_000);
            source.awaitMigration("completed");
            destination.awaitMigration("completed");
            assertArrived(guest.memory(), destination);
            ours.awaitLine(Pattern.compile(".* by xbzrle, .*"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"7.2", "10.0", "11.1"})
    void fromOursToQemu(String version) throws Exception {
        Optional<RealQemu> real = RealQemu.of(version);
        assumeTrue(real.isPresent(), "QEMU " + version + " is not installed");
        Path monitor = directory.resolve("qemu.qmp");
        Path migrate = directory.resolve("migrate");
        try (XbzrleStream stream = new XbzrleStream(ChangingGuest.MEBIBYTES);
                ChildProcess qemu =
                        real.get()
                                .start(
                                        directory,
                                        ChangingGuest.MEBIBYTES,
                                        monitor,
                                        Optional.empty(),
                                        "-incoming",
                                        "defer");
                QmpClient destination = QmpClient.connect(qemu, monitor)) {
            destination.execute(
                    "migrate-set-capabilities",
                    "{\"capabilities\": [{\"capability\": \"events\", \"state\": true}]}");
            destination.execute("migrate-incoming", "{\"uri\": \"unix:" + migrate + "\"}");
            try (SocketChannel source = SocketChannel.open(UnixDomainSocketAddress.of(migrate))) {
                ByteBuffer bytes = stream.record(new SplittableRandom(23));
                while (bytes.hasRemaining()) {
                    source.write(bytes);
                }
            }
            assertThat(stream.deltaPages()).isGreaterThan(100);
            destination.awaitMigration("completed");
            assertArrived(stream.save(directory.resolve("sent")), destination);
        }
    }

    /** 7.2 allows both, and then sends all pages on the channels as they are. */
    @Test
    void besideMultifdQemuEncodesNothing() throws Exception {
        RealQemu real = oldest();
        ChangingGuest guest = new ChangingGuest(directory);
        Path monitor = directory.resolve("qemu.qmp");
        Path ourMonitor = directory.resolve("ours.qmp");
        String[] options = ours(ourMonitor, "--incoming", address());
        try (ChildProcess qemu = guest.start(real, monitor);
                ChildProcess ours = Nodes.destination(directory, "ours", options);
                QmpClient source = QmpClient.connect(qemu, monitor);
                QmpClient destination = QmpClient.connect(ours, ourMonitor)) {
            ours.awaitLine(Pattern.compile("listening on .*"));
            enable(source, "events", "xbzrle", "multifd");
            limit(source, 1 << 20, 1);
            source.execute("migrate", "{\"uri\": \"" + address() + "\"}");
            guest.changeUntil(
                    source, report -> report.at("/ram/dirty-sync-count").asLong() > PASSES);
            limit(source, 0, 10_000);
            source.awaitMigration("completed");
            destination.awaitMigration("completed");
            sentOnChannelsOnly(source);
            assertArrived(guest.memory(), destination);
        }
    }

    @Test
    void besideMultifdOursEncodesNothing() throws Exception {
        RealQemu real = oldest();
        Path image = new ChangingGuest(directory).memory();
        Path monitor = directory.resolve("qemu.qmp");
        Path ourMonitor = directory.resolve("ours.qmp");
        String[] options =
                ours(
                        ourMonitor,
                        "--capability",
                        "xbzrle",
                        "--memory-image",
                        image.toString(),
                        "--return-path",
                        "inline");
        try (ChildProcess qemu =
                        real.start(
                                directory,
                                ChangingGuest.MEBIBYTES,
                                monitor,
                                Optional.empty(),
                                "-incoming",
                                "defer");
                ChildProcess ours = Nodes.source(directory, "ours", options);
                QmpClient destination = QmpClient.connect(qemu, monitor);
                QmpClient source = QmpClient.connect(ours, ourMonitor)) {
            enable(destination, "events", "xbzrle", "multifd");
            destination.execute("migrate-incoming", "{\"uri\": \"" + address() + "\"}");
            source.execute("migrate", "{\"uri\": \"" + address() + "\"}");
            source.awaitMigration("completed");
            destination.awaitMigration("completed");
            sentOnChannelsOnly(source);
            assertArrived(image, destination);
        }
    }

    private static RealQemu oldest() throws Exception {
        Optional<RealQemu> real = RealQemu.of("7.2");
        assumeTrue(real.isPresent(), "QEMU 7.2 is not installed");
        return real.get();
    }

    private String address() {
        return "unix:" + directory.resolve("migrate");
    }

    /** A daemon of 7.2 with multifd. */
    private static String[] ours(Path monitor, String... more) {
        String all =
                "--machine none --profile qemu-7.2 --memory %dM --capability events --capability multifd --qmp unix:%s"
                        .formatted(ChangingGuest.MEBIBYTES, monitor);
        return Stream.concat(Arrays.stream(all.split(" ")), Arrays.stream(more))
                .toArray(String[]::new);
    }

    private static void enable(QmpClient client, String... capabilities) throws Exception {
        for (String capability : capabilities) {
            client.execute(
                    "migrate-set-capabilities",
                    "{\"capabilities\": [{\"capability\": \"%s\", \"state\": true}]}"
                            .formatted(capability));
        }
    }

    private static void sentOnChannelsOnly(QmpClient source) throws Exception {
        JsonNode report = source.execute("query-migrate");
        JsonNode ram = report.path("ram");
        assertThat(ram.path("multifd-bytes").asLong())
                .isGreaterThanOrEqualTo(ram.path("normal-bytes").asLong());
        assertThat(report.path("xbzrle-cache").path("pages").isNumber()).isTrue();
        for (String count : new String[] {"bytes", "pages", "cache-miss", "overflow"}) {
            assertThat(report.path("xbzrle-cache").path(count).asLong()).as(count).isZero();
        }
    }

    private void assertArrived(Path sent, QmpClient destination) throws Exception {
        Path arrived = destination.saveMemory(directory.resolve("arrived"), ChangingGuest.BYTES);
        assertThat(Files.mismatch(sent, arrived))
                .as("first byte in which the RAM of both sides differs")
                .isEqualTo(-1);
    }

    private static void limit(QmpClient source, long bytesPerSecond, int downtimeMillis)
            throws InterruptedException {
        source.execute(
                "migrate-set-parameters",
                "{\"max-bandwidth\": %d, \"downtime-limit\": %d}"
                        .formatted(bytesPerSecond, downtimeMillis));
    }
}
