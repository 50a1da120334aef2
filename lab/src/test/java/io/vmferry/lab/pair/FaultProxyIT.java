package io.vmferry.lab.pair;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the fault proxy does between our daemons. */
class FaultProxyIT {

    private static final String GUEST =
            "--memory 64M --vcpus 2 --capability postcopy-ram --verbose ";

    @TempDir Path directory;
    private Dock dock;

    @BeforeEach
    void open() {
        dock = new Dock(directory);
    }

    @AfterEach
    void close() throws IOException {
        dock.close();
    }

    private Node destination(String options) throws IOException {
        return dock.destination(GUEST + options + " --incoming unix:" + dock.file("m"));
    }

    private Node source(String returnPath, String options) throws IOException {
        return dock.source(
                GUEST
                        + "--workload uniform,boot=64M,rate=5000 --return-path "
                        + returnPath
                        + " "
                        + options);
    }

    @ParameterizedTest(name = "{0}, return path {1}")
    @CsvSource({
        "pong(3):swap(pong(4)), channel",
        "pong(3):swap(pong(4)), inline",
        "pong(0x42):hold(300ms), channel",
        "'after 0s:delay(return-path,5ms)', inline",
        "'package:throttle(stream,40M)', channel",
        "byte(main)@1MiB:hold(300ms), inline"
    })
    void aMigrationThatIsOnlyDisturbedGoesOn(String fault, String returnPath) throws Exception {
        Node destination = destination("--once");
        try (FaultProxy proxy = FaultProxy.start(directory, destination.listening(), fault)) {
            Node source = source(returnPath, "--postcopy-after 0 --migrate " + proxy.uri());
            source.exits(0);
            destination.exits(0);
            proxy.awaitStrike(fault);
            assertThat(proxy.said())
                    .contains("command(POSTCOPY_ADVISE)", "section(ram)", "package", "-> eof")
                    .doesNotContain("carried unread");
            if (fault.contains("swap")) {
                assertThat(source.log()).containsSubsequence("pong(0x4)", "pong(0x3)");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"channel", "inline"})
    void aPostcopyIsCutBehindARequestAndRecovers(String returnPath) throws Exception {
        Node destination = destination("--qmp");
        String[] faults = {"req-pages#3:close", "resume-ack:hold(300ms)"};
        try (FaultProxy proxy = FaultProxy.start(directory, destination.listening(), faults)) {
            Node source =
                    source(
                            returnPath,
                            "--qmp --parameter max-postcopy-bandwidth=20M --postcopy-after 0 --migrate "
                                    + proxy.uri());
            CutPair.awaitStatus(source.qmp(), "postcopy-paused");
            CutPair.awaitStatus(destination.qmp(), "postcopy-paused");
            destination
                    .qmp()
                    .execute("migrate-recover", "{\"uri\": \"unix:" + dock.file("m") + "\"}");
            source.qmp()
                    .execute(
                            "migrate",
                            "{\"uri\": \"%s\", \"resume\": true}".formatted(proxy.uri()));
            proxy.awaitStrike("resume-ack:hold(300ms)");
            CutPair.awaitStatus(source.qmp(), "completed");
            CutPair.awaitStatus(destination.qmp(), "completed");
            destination.awaitSaid(".*Memory is what the guest last wrote.*");
            assertThat(proxy.said())
                    .contains(
                            "command(RECV_BITMAP)", "recv-bitmap(ram)", "command(POSTCOPY_RESUME)")
                    .doesNotContain("carried unread");
        }
    }

    /** All pages have gone, but nobody has told: not a failure, the guest is there. */
    @Test
    void aDroppedShutPausesTheSource() throws Exception {
        Node destination = destination("--qmp");
        try (FaultProxy proxy = FaultProxy.start(directory, destination.listening(), "shut:drop")) {
            Node source = source("channel", "--qmp --postcopy-after 0 --migrate " + proxy.uri());
            proxy.awaitStrike("shut:drop");
            CutPair.awaitStatus(destination.qmp(), "completed");
            CutPair.awaitStatus(source.qmp(), "postcopy-paused");
        }
    }
}
