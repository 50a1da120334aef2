package io.vmferry.lab.pair;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.lab.process.TlsFolder;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Faults beside TLS: those of a daemon act above it and see what the engines see; the proxy passes
 * it on unread.
 */
class TlsFaultsIT {

    private static final String GUEST =
            "--memory 64M --capability postcopy-ram --capability events --verbose ";
    private static final String WORKLOAD = "--workload uniform,boot=64M,rate=1000 ";

    @TempDir static Path folder;
    private static TlsFolder files;

    @TempDir Path directory;
    private Daemons daemons;

    @BeforeAll
    static void certificates() throws Exception {
        files = TlsFolder.make(folder.resolve("tls"));
    }

    @BeforeEach
    void open() {
        daemons = new Daemons(directory);
    }

    @AfterEach
    void close() throws IOException {
        daemons.close();
    }

    private static String tls(String end) {
        return "--object tls-creds-x509,id=tls0,endpoint=%s,dir=%s --parameter tls-creds=tls0 "
                .formatted(end, files.path());
    }

    private DaemonProcess destination() throws IOException {
        return daemons.destination(GUEST + tls("server") + "--qmp --incoming tcp:127.0.0.1:0");
    }

    private DaemonProcess source(String more) throws IOException {
        return daemons.source(GUEST + WORKLOAD + tls("client") + "--qmp " + more);
    }

    /** A place in the stream is found, the break pauses both sides, and TLS begins anew. */
    @Test
    void aFaultPlanBreaksAPostcopyThatRecovers() throws Exception {
        DaemonProcess destination = destination();
        DaemonProcess source =
                source(
                        "--fault req-pages#3:close --parameter max-postcopy-bandwidth=20M"
                                + " --postcopy-after 0 --migrate "
                                + destination.listening());
        CutPair.awaitStatus(source.qmp(), "postcopy-paused");
        CutPair.awaitStatus(destination.qmp(), "postcopy-paused");
        Path again = daemons.file("again");
        destination.qmp().execute("migrate-recover", "{\"uri\": \"unix:%s\"}".formatted(again));
        source.parameter("tls-hostname", "\"localhost\"");
        source.qmp()
                .execute("migrate", "{\"uri\": \"unix:%s\", \"resume\": true}".formatted(again));
        CutPair.awaitStatus(source.qmp(), "completed");
        CutPair.awaitStatus(destination.qmp(), "completed");
        destination.awaitSaid(".*Memory is what the guest last wrote.*");
    }

    /** Bytes and time are all that the proxy knows of it, and it says so once. */
    @Test
    void theProxyDelaysWhatItCannotRead() throws Exception {
        DaemonProcess destination = destination();
        String fault = "byte(main)@1MiB:hold(300ms)";
        try (FaultProxyProcess proxy =
                FaultProxyProcess.start(directory, destination.listening(), fault)) {
            DaemonProcess source = source("--return-path inline --migrate " + proxy.uri());
            source.qmp().awaitMigration("completed");
            destination.awaitSaid(".*Memory is what the guest last wrote.*");
            proxy.awaitInjected(fault);
            assertThat(proxy.said().lines().filter(line -> line.contains("carried unread")))
                    .hasSize(1);
        }
    }

    /** A cut without TLS's own end is noticed on both sides; the guest runs on at the source. */
    @Test
    void theProxyCutsIt() throws Exception {
        DaemonProcess destination = destination();
        try (FaultProxyProcess proxy =
                FaultProxyProcess.start(
                        directory, destination.listening(), "byte(main)@1MiB:close")) {
            DaemonProcess source = source("--migrate " + proxy.uri());
            source.qmp().awaitMigration("failed");
            assertThat(source.runState()).isEqualTo("running");
            destination.exits(3);
        }
    }
}
