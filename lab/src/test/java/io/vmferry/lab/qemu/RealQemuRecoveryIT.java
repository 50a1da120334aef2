package io.vmferry.lab.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.vmferry.lab.pair.CutPair;
import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Nodes;
import io.vmferry.lab.process.Qemu;
import io.vmferry.lab.process.QmpClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A postcopy with a real QEMU on one side is cut again and again, and recovered; in the end every
 * byte is the same.
 */
class RealQemuRecoveryIT {

    private static final int MEBIBYTES = 64;
    private static final int BYTES = MEBIBYTES << 20;
    private static final int CUTS = 5;
    private static final int MOST_BYTES = 2 << 20;
    private static final long BYTES_PER_SECOND = 8 << 20;
    private static final long SEED = 17;

    @TempDir Path directory;
    private Path image;
    private boolean preempt;

    @BeforeAll
    static void needsQemu() {
        assumeTrue(Qemu.installed(), "qemu-system-x86_64 is not installed");
    }

    @BeforeEach
    void content() throws IOException {
        image = directory.resolve("ram.img");
        byte[] content = new byte[BYTES];
        new SplittableRandom(SEED).nextBytes(content);
        Arrays.fill(content, 8 << 20, 9 << 20, (byte) 0);
        Files.write(image, content);
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
            survives(source, destination);
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
            survives(source, destination);
            source.execute("quit");
            assertThat(ours.exitCode()).as(ours.stderr()).isZero();
        }
    }

    private void survives(QmpClient source, QmpClient destination) throws Exception {
        SplittableRandom random = new SplittableRandom(SEED);
        try (CutPair pair = new CutPair(source, destination, address(0))) {
            pair.startPostcopy(BYTES_PER_SECOND);
            for (int cut = 1; cut <= CUTS; cut++) {
                pair.cutAfter(random.nextInt(MOST_BYTES));
                pair.recover(address(cut));
            }
            pair.complete();
        }
        Path arrived = destination.saveMemory(directory.resolve("arrived.img"), BYTES);
        assertThat(Files.mismatch(image, arrived))
                .as("first byte in which the RAM of both sides differs")
                .isEqualTo(-1);
    }

    private String address(int attempt) {
        return "unix:" + directory.resolve("migrate-" + attempt);
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
