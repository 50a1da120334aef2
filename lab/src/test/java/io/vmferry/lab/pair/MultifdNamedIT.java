package io.vmferry.lab.pair;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * QEMU's own tests of multifd channels and their compression, by their names, between our daemons.
 */
class MultifdNamedIT {

    private static final String MACHINE =
            "--memory 64M --vcpus 2 --capability events --capability multifd ";
    private static final String GUEST = "--workload uniform,boot=64M,rate=2000 ";
    private static final long SLOW = 4 << 20;

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

    private static void arrives(DaemonProcess destination) throws Exception {
        destination.exits(0);
        assertThat(destination.said()).contains("Memory is what the guest last wrote");
        assertThat(destination.complaints()).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "/migration/multifd/tcp/uri/plain/none, uri, none, multifd",
        "/migration/multifd/tcp/channels/plain/none, channels, none, multifd",
        "/migration/multifd/tcp/plain/zero-page/legacy, uri, none, legacy",
        "/migration/multifd/tcp/plain/zero-page/none, uri, none, none",
        "/migration/multifd/tcp/plain/zlib, uri, zlib, multifd",
        "/migration/multifd/tcp/plain/zstd, uri, zstd, multifd"
    })
    void live(String name, String argument, String compression, String zeroPages) throws Exception {
        String options =
                "--parameter multifd-channels=4 --parameter multifd-compression=%s --parameter zero-page-detection=%s "
                        .formatted(compression, zeroPages);
        DaemonProcess destination =
                daemons.destination(MACHINE + options + "--once --incoming tcp:127.0.0.1:0");
        DaemonProcess source = daemons.source(MACHINE + options + GUEST + "--qmp");
        String uri = destination.listening();
        source.qmp()
                .execute(
                        "migrate",
                        argument.equals("uri") ? "{\"uri\": \"" + uri + "\"}" : channels(uri));
        source.qmp().awaitMigration("completed");
        assertThat(source.queryMigrate().at("/ram/multifd-bytes").asLong()).isGreaterThan(1 << 20);
        arrives(destination);
        assertThat(source.complaints()).isEmpty();
    }

    private static String channels(String uri) {
        String port = uri.substring(uri.lastIndexOf(':') + 1);
        return """
        {"channels": [{"channel-type": "main",
                       "addr": {"transport": "socket", "type": "inet",
                                "host": "127.0.0.1", "port": "%s"}}]}\
        """
                .formatted(port);
    }

    /** A cancelled migration leaves nothing behind that disturbs the next one. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "/migration/multifd/tcp/plain/cancel, '', none",
        "/migration/multifd+postcopy/tcp/plain/cancel, --capability postcopy-ram, none",
        "the same with zlib, '', zlib"
    })
    void cancel(String name, String capability, String compression) throws Exception {
        String machine =
                MACHINE
                        + capability
                        + " --parameter multifd-channels=16 --parameter multifd-compression=%s "
                                .formatted(compression);
        DaemonProcess first = daemons.destination(machine + "--once --incoming tcp:127.0.0.1:0");
        DaemonProcess source = daemons.source(machine + GUEST + "--qmp");
        source.parameter("max-bandwidth", SLOW);
        source.migrate(first.listening());
        source.qmp().awaitMigration("active");
        source.qmp().execute("migrate_cancel");
        source.qmp().awaitMigration("cancelled");
        first.exits(3);
        assertThat(first.reason()).isNotEmpty();
        assertThat(source.runState()).isEqualTo("running");
        assertThat(source.complaints()).isEmpty();

        DaemonProcess second = daemons.destination(machine + "--once --incoming tcp:127.0.0.1:0");
        source.parameter("max-bandwidth", 0);
        source.migrate(second.listening());
        source.qmp().awaitMigration("completed");
        arrives(second);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "/migration/multifd+postcopy/plain, '', none",
        "/migration/multifd+postcopy/preempt/plain, --capability postcopy-preempt, none",
        "/migration/multifd+postcopy/tcp/plain/zstd, '', zstd"
    })
    void postcopy(String name, String preempt, String compression) throws Exception {
        String machine =
                MACHINE
                        + "--capability postcopy-ram %s --parameter multifd-compression=%s "
                                .formatted(preempt, compression);
        DaemonProcess destination =
                daemons.destination(machine + "--once --incoming tcp:127.0.0.1:0");
        DaemonProcess source = daemons.source(machine + GUEST + "--qmp");
        source.parameter("max-bandwidth", SLOW);
        source.migrate(destination.listening());
        source.qmp().awaitMigration("active");
        source.qmp().execute("migrate-start-postcopy");
        source.qmp().awaitMigration("completed");
        assertThat(source.queryMigrate().at("/ram/multifd-bytes").asLong()).isPositive();
        assertThat(source.queryMigrate().at("/ram/postcopy-bytes").asLong()).isPositive();
        arrives(destination);
        assertThat(source.complaints()).isEmpty();
    }
}
