package io.vmferry.lab.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Nodes;
import io.vmferry.lab.process.QmpClient;
import io.vmferry.lab.process.RealQemu;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Pages that a real QEMU sends as their difference to what was sent before: every byte arrives.
 *
 * <p>A QEMU without a machine has no vCPU that could write. Its RAM is a file that this test stores
 * to, and a reset, which loads a byte into each of some pages anew, makes QEMU see that they have
 * changed.
 */
class RealQemuXbzrleIT {

    private static final int MEBIBYTES = 16;
    private static final int BYTES = MEBIBYTES << 20;
    private static final int PAGE_BYTES = 4096;
    private static final int CHANGING_PAGES = 64;
    private static final int ENOUGH_PAGES = 3 * CHANGING_PAGES;
    private static final byte LOADED = 0x5a;

    private final SplittableRandom random = new SplittableRandom(23);

    @TempDir Path directory;
    private Path memory;
    private MappedByteBuffer ram;

    @BeforeEach
    void someContent() throws IOException {
        memory = directory.resolve("ram");
        byte[] content = new byte[BYTES];
        for (int page = 0; page < content.length; page += 8 * PAGE_BYTES) {
            byte[] bytes = new byte[PAGE_BYTES];
            random.nextBytes(bytes);
            System.arraycopy(bytes, 0, content, page, PAGE_BYTES);
        }
        Files.write(memory, content);
        try (FileChannel file =
                FileChannel.open(memory, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ram = file.map(FileChannel.MapMode.READ_WRITE, 0, BYTES);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"7.2", "10.0", "11.1"})
    void fromQemuToOurs(String version) throws Exception {
        Optional<RealQemu> real = RealQemu.of(version);
        assumeTrue(real.isPresent(), "QEMU " + version + " is not installed");
        Path ourMonitor = directory.resolve("ours.qmp");
        Path monitor = directory.resolve("qemu.qmp");
        String address = "unix:" + directory.resolve("migrate");
        try (ChildProcess qemu =
                        real.get().startOn(directory, MEBIBYTES, monitor, memory, loaders());
                ChildProcess ours =
                        Nodes.destination(
                                directory,
                                "ours",
                                "--machine",
                                "none",
                                "--profile",
                                "qemu-" + version,
                                "--memory",
                                MEBIBYTES + "M",
                                "--capability",
                                "events",
                                "--qmp",
                                "unix:" + ourMonitor,
                                "--incoming",
                                address);
                QmpClient source = QmpClient.connect(qemu, monitor);
                QmpClient destination = QmpClient.connect(ours, ourMonitor)) {
            ours.awaitLine(Pattern.compile("listening on .*"));
            source.execute(
                    "migrate-set-capabilities",
                    "{\"capabilities\": [{\"capability\": \"xbzrle\", \"state\": true},"
                            + " {\"capability\": \"events\", \"state\": true}]}");
            limit(source, 1 << 20, 1);
            source.execute("migrate", "{\"uri\": \"" + address + "\"}");
            changeUntilEnoughIsSent(source);
            limit(source, 0, 10_000);
            source.awaitMigration("completed");
            destination.awaitMigration("completed");
            Path arrived = destination.saveMemory(directory.resolve("arrived"), BYTES);
            assertThat(Files.mismatch(memory, arrived))
                    .as("first byte in which the RAM of both sides differs")
                    .isEqualTo(-1);
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
        try (XbzrleStream stream = new XbzrleStream(MEBIBYTES);
                ChildProcess qemu =
                        real.get()
                                .start(
                                        directory,
                                        MEBIBYTES,
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
                ByteBuffer bytes = stream.record(random);
                while (bytes.hasRemaining()) {
                    source.write(bytes);
                }
            }
            assertThat(stream.deltaPages()).isGreaterThan(100);
            destination.awaitMigration("completed");
            Path arrived = destination.saveMemory(directory.resolve("arrived"), BYTES);
            assertThat(Files.mismatch(stream.save(directory.resolve("sent")), arrived))
                    .as("first byte in which the RAM of both sides differs")
                    .isEqualTo(-1);
        }
    }

    /** A byte for each of the pages that are to change. */
    private String[] loaders() throws IOException {
        Path loaded = Files.write(directory.resolve("byte"), new byte[] {LOADED});
        List<String> arguments = new ArrayList<>();
        for (int page = 0; page < CHANGING_PAGES; page++) {
            arguments.add("-device");
            arguments.add(
                    "loader,file=%s,addr=%d,force-raw=on".formatted(loaded, page * PAGE_BYTES));
        }
        return arguments.toArray(String[]::new);
    }

    private static void limit(QmpClient source, long bytesPerSecond, int downtimeMillis)
            throws InterruptedException {
        source.execute(
                "migrate-set-parameters",
                "{\"max-bandwidth\": %d, \"downtime-limit\": %d}"
                        .formatted(bytesPerSecond, downtimeMillis));
    }

    private void changeUntilEnoughIsSent(QmpClient source) throws InterruptedException {
        JsonNode cache;
        do {
            change();
            source.forgetEvents();
            source.execute("system_reset");
            source.awaitEvent("RESET");
            JsonNode report = source.execute("query-migrate");
            assertThat(report.path("status").asText()).isIn("setup", "active");
            cache = report.path("xbzrle-cache");
        } while (cache.path("pages").asLong() < ENOUGH_PAGES);
        assertThat(cache.path("bytes").asLong()).isPositive();
    }

    /**
     * Changes some bytes of each second page, and all of each other one. These are more than are
     * sent at once, so that the migration does not end between two changes.
     */
    private void change() {
        for (int page = 0; page < CHANGING_PAGES; page++) {
            boolean all = page % 2 == 0;
            int from = all ? 1 : 1 + random.nextInt(PAGE_BYTES - 1);
            int to = all ? PAGE_BYTES : Math.min(from + 1 + random.nextInt(20), PAGE_BYTES);
            for (int at = from; at < to; at++) {
                ram.put(page * PAGE_BYTES + at, (byte) random.nextInt());
            }
        }
    }
}
