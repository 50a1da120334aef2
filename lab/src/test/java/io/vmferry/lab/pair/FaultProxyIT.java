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

/** The fault proxy between our daemons. */
class FaultProxyIT {

    private static final String GUEST =
            "--memory 64M --vcpus 2 --capability postcopy-ram --verbose ";

    @TempDir Path directory;
    private Daemons daemons;

    @BeforeEach
    void open() {
        daemons = new Daemons(directory);
    }

    @AfterEach
    void close() throws IOException {
        daemons.close();
    }

    private DaemonProcess destination(String options) throws IOException {
        return daemons.destination(GUEST + options + " --incoming unix:" + daemons.file("m"));
    }

    private DaemonProcess source(String returnPath, String options) throws IOException {
        return daemons.source(
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
    void aMigrationThatIsOnlyDelayedContinues(String fault, String returnPath) throws Exception {
        DaemonProcess destination = destination("--once");
        try (FaultProxyProcess proxy =
                FaultProxyProcess.start(directory, destination.listening(), fault)) {
            DaemonProcess source =
                    source(returnPath, "--postcopy-after 0 --migrate " + proxy.uri());
            source.exits(0);
            destination.exits(0);
            proxy.awaitInjected(fault);
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
    void aPostcopyIsCutAfterARequestAndRecovers(String returnPath) throws Exception {
        DaemonProcess destination = destination("--qmp");
        String[] faults = {"req-pages#3:close", "resume-ack:hold(300ms)"};
        try (FaultProxyProcess proxy =
                FaultProxyProcess.start(directory, destination.listening(), faults)) {
            DaemonProcess source =
                    source(
                            returnPath,
                            "--qmp --parameter max-postcopy-bandwidth=20M --postcopy-after 0 --migrate "
                                    + proxy.uri());
            CutPair.awaitStatus(source.qmp(), "postcopy-paused");
            CutPair.awaitStatus(destination.qmp(), "postcopy-paused");
            destination
                    .qmp()
                    .execute("migrate-recover", "{\"uri\": \"unix:" + daemons.file("m") + "\"}");
            source.qmp()
                    .execute(
                            "migrate",
                            "{\"uri\": \"%s\", \"resume\": true}".formatted(proxy.uri()));
            proxy.awaitInjected("resume-ack:hold(300ms)");
            CutPair.awaitStatus(source.qmp(), "completed");
            CutPair.awaitStatus(destination.qmp(), "completed");
            destination.awaitSaid(".*Memory is what the guest last wrote.*");
            assertThat(proxy.said())
                    .contains(
                            "command(RECV_BITMAP)", "recv-bitmap(ram)", "command(POSTCOPY_RESUME)")
                    .doesNotContain("carried unread");
        }
    }

    /**
     * All pages have been sent, but the end was not reported: not a failure, the guest is there.
     */
    @Test
    void aDroppedShutPausesTheSource() throws Exception {
        DaemonProcess destination = destination("--qmp");
        try (FaultProxyProcess proxy =
                FaultProxyProcess.start(directory, destination.listening(), "shut:drop")) {
            DaemonProcess source =
                    source("channel", "--qmp --postcopy-after 0 --migrate " + proxy.uri());
            proxy.awaitInjected("shut:drop");
            CutPair.awaitStatus(destination.qmp(), "completed");
            CutPair.awaitStatus(source.qmp(), "postcopy-paused");
        }
    }
}
