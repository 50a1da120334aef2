package io.vmferry.lab.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmferry.lab.pair.CutPair;
import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Nodes;
import io.vmferry.lab.process.QmpClient;
import io.vmferry.lab.process.RealQemu;
import io.vmferry.lab.process.TlsFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * TLS between our daemons and real QEMUs, both ways, with each kind of credentials: completed on
 * both sides, and every byte the same.
 */
class RealQemuTlsIT {

    private static final int MEBIBYTES = 32;
    private static final int BYTES = MEBIBYTES << 20;
    private static final long BYTES_PER_SECOND = 8 << 20;
    private static final int CUT_BYTES = 1 << 20;

    @TempDir static Path folder;
    private static TlsFolder files;

    @TempDir Path directory;
    private Path image;

    /**
     * What is migrated how.
     *
     * @param kind of credentials
     * @param priority of both ends, or empty
     * @param channels {@code one}, {@code exec} for one between programs, {@code multifd}, {@code
     *     postcopy}, {@code preempt} or {@code recovery}
     */
    private record Mode(String version, String kind, String priority, String channels) {

        List<String> capabilities() {
            return switch (channels) {
                case "multifd" -> List.of("events", "multifd");
                case "postcopy", "recovery" -> List.of("events", "postcopy-ram");
                case "preempt" -> List.of("events", "postcopy-ram", "postcopy-preempt");
                default -> List.of("events");
            };
        }
    }

    @BeforeAll
    static void certificates() throws Exception {
        files = TlsFolder.make(folder.resolve("tls"));
    }

    @BeforeEach
    void content() throws IOException {
        image = directory.resolve("ram.img");
        byte[] content = new byte[BYTES];
        new SplittableRandom(11).nextBytes(content);
        Files.write(image, content);
    }

    @ParameterizedTest(name = "{0}, {1} {2}, {3}")
    @CsvSource({
        "7.2, x509, '', one",
        "7.2, x509, NORMAL:-VERS-TLS1.3, one",
        "7.2, x509, '', multifd",
        "7.2, psk, '', one",
        "7.2, psk, '', exec",
        "7.2, anon, '', one",
        "11.1, x509, '', one",
        "11.1, x509, '', exec",
        "11.1, x509, '', multifd",
        "11.1, x509, '', postcopy",
        "11.1, psk, '', multifd",
        "11.1, psk, '', preempt"
    })
    void fromQemuToOurs(String version, String kind, String priority, String channels)
            throws Exception {
        Mode mode = new Mode(version, kind, priority, channels);
        Path ourMonitor = directory.resolve("ours.qmp");
        Path monitor = directory.resolve("qemu.qmp");
        try (ChildProcess qemu =
                        qemu(version).start(directory, MEBIBYTES, monitor, Optional.of(image));
                ChildProcess ours =
                        Nodes.destination(
                                directory, "ours", ours(mode, ourMonitor, "--incoming", "defer"));
                QmpClient source = QmpClient.connect(qemu, monitor);
                QmpClient destination = QmpClient.connect(ours, ourMonitor)) {
            prepare(source, mode, "client");
            prepare(destination, mode, "server");
            destination.execute("migrate-incoming", there(mode));
            if (!mode.channels().equals("exec")) {
                ours.awaitLine(Pattern.compile("listening on .*"));
            }
            migrate(source, destination, mode);
            destination.awaitMigration("completed");
            compare(destination);
        }
    }

    @ParameterizedTest(name = "{0}, {1} {2}, {3}")
    @CsvSource({
        "7.2, x509, '', one",
        "7.2, x509, '', preempt",
        "7.2, psk, NORMAL:-VERS-TLS1.3, one",
        "7.2, psk, '', multifd",
        "7.2, anon, '', one",
        "11.1, x509, '', one",
        "11.1, x509, '', multifd",
        "11.1, x509, '', recovery",
        "11.1, x509, '', preempt",
        "11.1, psk, '', one",
        "11.1, psk, '', recovery"
    })
    void fromOursToQemu(String version, String kind, String priority, String channels)
            throws Exception {
        Mode mode = new Mode(version, kind, priority, channels);
        Path ourMonitor = directory.resolve("ours.qmp");
        Path monitor = directory.resolve("qemu.qmp");
        try (ChildProcess qemu =
                        qemu(version)
                                .start(
                                        directory,
                                        MEBIBYTES,
                                        monitor,
                                        Optional.empty(),
                                        "-incoming",
                                        "defer");
                ChildProcess ours =
                        Nodes.source(
                                directory,
                                "ours",
                                ours(
                                        mode,
                                        ourMonitor,
                                        "--return-path",
                                        "inline",
                                        "--memory-image",
                                        image.toString()));
                QmpClient destination = QmpClient.connect(qemu, monitor);
                QmpClient source = QmpClient.connect(ours, ourMonitor)) {
            prepare(source, mode, "client");
            prepare(destination, mode, "server");
            destination.execute("migrate-incoming", there(mode));
            migrate(source, destination, mode);
            destination.awaitMigration("completed");
            compare(destination);
        }
    }

    private void migrate(QmpClient source, QmpClient destination, Mode mode) throws Exception {
        switch (mode.channels()) {
            case "postcopy", "preempt", "recovery" -> {
                try (CutPair pair = new CutPair(source, destination, address(0))) {
                    pair.startPostcopy(BYTES_PER_SECOND);
                    if (mode.channels().equals("recovery")) {
                        pair.cutAfter(CUT_BYTES);
                        pair.recover(address(1));
                    }
                    pair.complete();
                }
            }
            default -> {
                source.execute("migrate", here(mode));
                source.awaitMigration("completed");
            }
        }
    }

    private static RealQemu qemu(String version) throws Exception {
        Optional<RealQemu> qemu = RealQemu.of(version);
        assumeTrue(qemu.isPresent(), "QEMU " + version + " is not installed");
        return qemu.get();
    }

    private static String[] ours(Mode mode, Path monitor, String... more) {
        List<String> words =
                new ArrayList<>(
                        List.of(
                                "--machine",
                                "none",
                                "--profile",
                                "qemu-" + mode.version(),
                                "--memory",
                                MEBIBYTES + "M",
                                "--qmp",
                                "unix:" + monitor));
        words.addAll(List.of(more));
        return words.toArray(String[]::new);
    }

    private String address(int n) {
        return "unix:" + directory.resolve("migrate-" + n);
    }

    private String here(Mode mode) {
        return uri(mode, "UNIX-CONNECT", ",retry=600,interval=0.1");
    }

    private String there(Mode mode) {
        return uri(mode, "UNIX-LISTEN", "");
    }

    private String uri(Mode mode, String socat, String options) {
        String address =
                mode.channels().equals("exec")
                        ? "exec:exec socat -t 60 STDIO %s:%s%s"
                                .formatted(socat, directory.resolve("migrate-0"), options)
                        : address(0);
        return "{\"uri\": \"" + address + "\"}";
    }

    private static void prepare(QmpClient client, Mode mode, String end) throws Exception {
        for (String name : mode.capabilities()) {
            client.execute(
                    "migrate-set-capabilities",
                    "{\"capabilities\": [{\"capability\": \"%s\", \"state\": true}]}"
                            .formatted(name));
        }
        client.execute(
                "object-add",
                "{\"qom-type\": \"tls-creds-%s\", \"id\": \"tls0\", \"endpoint\": \"%s\"%s%s}"
                        .formatted(
                                mode.kind(),
                                end,
                                mode.kind().equals("anon")
                                        ? ""
                                        : ", \"dir\": \"" + files.path() + "\"",
                                mode.priority().isEmpty()
                                        ? ""
                                        : ", \"priority\": \"" + mode.priority() + "\""));
        client.execute(
                "migrate-set-parameters",
                "{\"tls-creds\": \"tls0\", \"tls-hostname\": \"localhost\"}");
    }

    private void compare(QmpClient destination) throws Exception {
        Path arrived = destination.saveMemory(directory.resolve("arrived"), BYTES);
        assertThat(Files.mismatch(image, arrived)).isEqualTo(-1);
    }
}
