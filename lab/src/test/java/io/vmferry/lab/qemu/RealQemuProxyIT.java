package io.vmferry.lab.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.vmferry.lab.pair.CutPair;
import io.vmferry.lab.pair.FaultProxyProcess;
import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Qemu;
import io.vmferry.lab.process.QmpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The fault proxy between two real QEMUs: a postcopy that is disturbed, cut and recovered. */
class RealQemuProxyIT {

    private static final int MEBIBYTES = 64;
    private static final int BYTES = MEBIBYTES << 20;

    /** So slow that postcopy is not complete at the cut. */
    private static final long BYTES_PER_SECOND = 4 << 20;

    private static final String CUT = "package+1s:close";
    private static final String SWAP = "pong(3):swap(pong(4))";
    private static final String HOLD = "resume-ack:hold(300ms)";

    @TempDir Path directory;

    @BeforeAll
    static void needsQemu() {
        assumeTrue(Qemu.installed(), "qemu-system-x86_64 is not installed");
    }

    @Test
    void aPostcopyOfTwoQemusIsCutAndRecovers() throws Exception {
        Path image = directory.resolve("ram.img");
        byte[] content = new byte[BYTES];
        new SplittableRandom(1).nextBytes(content);
        Files.write(image, content);
        String address = "unix:" + directory.resolve("m");
        try (ChildProcess to = Qemu.empty(directory, "to", MEBIBYTES, "-incoming", "defer");
                ChildProcess from = Qemu.withImage(directory, "from", MEBIBYTES, image);
                QmpClient destination = QmpClient.connect(to, Qemu.monitor(directory, "to"));
                QmpClient source = QmpClient.connect(from, Qemu.monitor(directory, "from"));
                FaultProxyProcess proxy =
                        FaultProxyProcess.start(directory, address, SWAP, CUT, HOLD)) {
            for (QmpClient qemu : List.of(source, destination)) {
                prepare(qemu);
            }
            destination.execute("migrate-incoming", uri(address, ""));
            source.execute(
                    "migrate-set-parameters",
                    "{\"max-bandwidth\": %d, \"max-postcopy-bandwidth\": %d}"
                            .formatted(BYTES_PER_SECOND, BYTES_PER_SECOND));
            source.execute("migrate", uri(proxy.uri(), ""));
            source.awaitMigration("active");
            source.execute("migrate-start-postcopy");
            proxy.awaitInjected(SWAP);
            proxy.awaitInjected(CUT);
            CutPair.awaitStatus(source, "postcopy-paused");
            CutPair.awaitStatus(destination, "postcopy-paused");
            destination.execute("migrate-recover", uri(address, ""));
            source.execute("migrate", uri(proxy.uri(), ", \"resume\": true"));
            proxy.awaitInjected(HOLD);
            source.execute("migrate-set-parameters", "{\"max-postcopy-bandwidth\": 0}");
            CutPair.awaitStatus(source, "completed");
            CutPair.awaitStatus(destination, "completed");
            assertThat(proxy.said())
                    .contains("recv-bitmap(ram)", "command(POSTCOPY_RESUME)", "resume-ack")
                    .doesNotContain("carried unread");
            Path arrived = destination.saveMemory(directory.resolve("arrived.img"), BYTES);
            assertThat(Files.mismatch(image, arrived))
                    .as("first byte in which the RAM of both sides differs")
                    .isEqualTo(-1);
        }
    }

    private static String uri(String address, String more) {
        return "{\"uri\": \"%s\"%s}".formatted(address, more);
    }

    private static void prepare(QmpClient qemu) throws Exception {
        JsonNode reply =
                qemu.send(
                        "migrate-set-capabilities",
                        "{\"capabilities\": [{\"capability\": \"postcopy-ram\", \"state\": true},"
                                + " {\"capability\": \"events\", \"state\": true}]}");
        assumeTrue(
                reply.has("return"),
                () -> "this machine does not let QEMU handle page faults: " + reply);
    }
}
