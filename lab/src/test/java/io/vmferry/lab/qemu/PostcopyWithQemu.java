package io.vmferry.lab.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Nodes;
import io.vmferry.lab.process.Qemu;
import io.vmferry.lab.process.QmpClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Postcopy between a real QEMU and one of our daemons, both ways, without and with preempt. */
abstract class PostcopyWithQemu {

    static final int MEBIBYTES = 64;
    static final int BYTES = MEBIBYTES << 20;

    @TempDir Path directory;
    private Path image;
    private boolean preempt;

    @BeforeAll
    static void needsQemu() {
        assumeTrue(Qemu.installed(), "qemu-system-x86_64 is not installed");
    }

    /** The RAM of the guest. */
    abstract byte[] content();

    /** Migrates up to completion on both sides, with the checks of the test. */
    abstract void migrate(QmpClient source, QmpClient destination) throws Exception;

    @BeforeEach
    void writeContent() throws IOException {
        image = directory.resolve("ram.img");
        Files.write(image, content());
    }

    /** The n-th address on which the destination listens. */
    String address(int n) {
        return "unix:" + directory.resolve("migrate-" + n);
    }

    @ParameterizedTest(name = "preempt: {0}")
    @ValueSource(booleans = {false, true})
    void fromQemuToOurs(boolean preempts) throws Exception {
        preempt = preempts;
        try (ChildProcess qemu = Qemu.withImage(directory, "qemu", MEBIBYTES, image);
                ChildProcess ours =
                        Nodes.destination(
                                directory, "ours", ours("--incoming", address(0), capabilities()));
                QmpClient source = QmpClient.connect(qemu, Qemu.monitor(directory, "qemu"));
                QmpClient destination = QmpClient.connect(ours, ourMonitor())) {
            prepare(source);
            migrate(source, destination);
            assertArrived(destination);
            destination.execute("quit");
            assertThat(ours.exitCode()).as(ours.stderr()).isZero();
        }
    }

    @ParameterizedTest(name = "preempt: {0}")
    @ValueSource(booleans = {false, true})
    void fromOursToQemu(boolean preempts) throws Exception {
        preempt = preempts;
        String[] options =
                ours("--memory-image", image.toString(), "--return-path inline " + capabilities());
        try (ChildProcess qemu = Qemu.empty(directory, "qemu", MEBIBYTES, "-incoming", "defer");
                ChildProcess ours = Nodes.source(directory, "ours", options);
                QmpClient destination = QmpClient.connect(qemu, Qemu.monitor(directory, "qemu"));
                QmpClient source = QmpClient.connect(ours, ourMonitor())) {
            prepare(destination);
            destination.execute("migrate-incoming", "{\"uri\": \"" + address(0) + "\"}");
            migrate(source, destination);
            assertArrived(destination);
            source.execute("quit");
            assertThat(ours.exitCode()).as(ours.stderr()).isZero();
        }
    }

    private void assertArrived(QmpClient destination) throws Exception {
        Path arrived = destination.saveMemory(directory.resolve("arrived.img"), BYTES);
        assertThat(Files.mismatch(image, arrived))
                .as("first byte in which the RAM of both sides differs")
                .isEqualTo(-1);
    }

    private Path ourMonitor() {
        return directory.resolve("ours.qmp");
    }

    private String[] ours(String option, String value, String more) {
        List<String> words = new ArrayList<>(List.of("--machine", "none", "--profile", "qemu-7.2"));
        words.addAll(List.of("--memory", MEBIBYTES + "M", "--qmp", "unix:" + ourMonitor()));
        words.addAll(List.of(option, value));
        words.addAll(List.of(more.split(" ")));
        return words.toArray(String[]::new);
    }

    private String capabilities() {
        String all = "--capability events --capability postcopy-ram";
        return preempt ? all + " --capability postcopy-preempt" : all;
    }

    private void prepare(QmpClient qemu) throws Exception {
        JsonNode reply = qemu.send("migrate-set-capabilities", capability("postcopy-ram"));
        assumeTrue(
                reply.has("return"),
                () -> "this machine does not let QEMU handle page faults: " + reply);
        qemu.execute("migrate-set-capabilities", capability("events"));
        if (preempt) {
            qemu.execute("migrate-set-capabilities", capability("postcopy-preempt"));
        }
    }

    private static String capability(String name) {
        return "{\"capabilities\": [{\"capability\": \"%s\", \"state\": true}]}".formatted(name);
    }
}
