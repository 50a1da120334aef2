package io.vmferry.lab.pair;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Channels break before the source knows that the package was loaded: the lease decides. */
class GrayZoneIT {

    private static final String MACHINE =
            "--memory 64M --vcpus 2 --capability postcopy-ram --capability events --qmp ";
    private static final String WORKLOAD = "--workload uniform,boot=64M,rate=1000 ";
    private static final String ANY_PORT = "tcp:127.0.0.1:0";

    /** PONG 1, 2, 3 and 4, of eight bytes each: the next one is 0x42. */
    private static final int PONGS_BEFORE_0X42 = 4 * 8;

    @TempDir Path directory;
    private Daemons daemons;

    @SuppressWarnings("NullAway.Init") // set as the test begins
    private DaemonProcess source;

    @SuppressWarnings("NullAway.Init") // set as the test begins
    private DaemonProcess destination;

    @SuppressWarnings("NullAway.Init") // set as the test begins
    private CutPair pair;

    @BeforeEach
    void open() {
        daemons = new Daemons(directory);
    }

    @AfterEach
    void close() throws IOException {
        pair.close();
        daemons.close();
    }

    private void start(String returnPath, String loadTime) throws Exception {
        String device = "--device virtio-net,load-time=%s ".formatted(loadTime);
        destination = daemons.destination(MACHINE + device + "--incoming " + ANY_PORT);
        destination.qmp();
        source = daemons.source(MACHINE + device + WORKLOAD + "--return-path " + returnPath);
        pair = new CutPair(source.qmp(), destination.qmp(), destination.listening());
        pair.limit("max-postcopy-bandwidth", 8 << 20);
    }

    private void startPostcopy() throws Exception {
        pair.limit("max-bandwidth", 8 << 20);
        source.migrate(pair.proxy().uri());
        source.qmp().awaitMigration("active");
        source.qmp().execute("migrate-start-postcopy");
    }

    @ParameterizedTest
    @ValueSource(strings = {"channel", "inline"})
    void theDestinationHasTheLeaseThoughItsPongIsLost(String returnPath) throws Exception {
        start(returnPath, "0");
        pair.proxy().swallowAfter(PONGS_BEFORE_0X42);
        startPostcopy();
        destination.qmp().awaitEvent("RESUME");
        assertThat(source.queryMigrate().path("status").asText()).isEqualTo("postcopy-device");
        pair.proxy().cut();

        pair.awaitPaused();
        source.awaitLogged(
                ".*The guest runs at the destination: lease .* is held by pid %d .*"
                        .formatted(destination.pid()));
        assertThat(source.verdict()).contains("the guest runs at the destination, which holds");
        assertThat(source.runState()).isEqualTo("finish-migrate");
        assertThat(destination.runState()).isEqualTo("running");
        pair.recover(ANY_PORT);
        pair.complete();
        destination.awaitSaid(".*Memory is what the guest last wrote.*");
    }

    @Test
    void theSourceTakesAFreeLease() throws Exception {
        start("channel", "1000s");
        startPostcopy();
        destination.qmp().awaitMigration("postcopy-device");
        pair.proxy().cut();

        source.qmp().awaitMigration("failed");
        source.qmp().awaitEvent("RESUME");
        source.awaitLogged(".*The guest stays here: lease .* is held here.*");
        destination.qmp().awaitMigration("failed");
    }
}
