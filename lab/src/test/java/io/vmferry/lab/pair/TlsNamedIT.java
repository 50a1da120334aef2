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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** QEMU's own tests of TLS, by their names, between our daemons. */
class TlsNamedIT {

    private static final String MACHINE = "--memory 32M --vcpus 2 --capability events ";
    private static final String GUEST = "--workload uniform,boot=32M,rate=1000 ";
    private static final String TCP = "tcp:127.0.0.1:0";
    private static final long SLOW = 4 << 20;

    @TempDir static Path folder;
    private static TlsFolder files;

    /** Of another authority, with another key, and for another host. */
    private static TlsFolder others;

    @TempDir Path directory;
    private Daemons daemons;

    @BeforeAll
    static void certificates() throws Exception {
        files = TlsFolder.make(folder.resolve("tls"));
        others = TlsFolder.make(folder.resolve("others"), "--host", "other.example");
    }

    @BeforeEach
    void open() {
        daemons = new Daemons(directory);
    }

    @AfterEach
    void close() throws IOException {
        daemons.close();
    }

    // ---- the two ends

    private static String preShared(String end, TlsFolder of) {
        return "--object tls-creds-psk,id=tls0,endpoint=%s,dir=%s --parameter tls-creds=tls0 "
                .formatted(end, of.path());
    }

    private static String x509(String end, TlsFolder of, String more) {
        return "--object tls-creds-x509,id=tls0,endpoint=%s,dir=%s%s --parameter tls-creds=tls0 "
                .formatted(end, of.path(), more);
    }

    private static String channels(boolean multifd) {
        return multifd ? "--capability multifd --parameter multifd-channels=4 " : "";
    }

    private String address(boolean unix) {
        return unix ? "unix:" + directory.resolve("migrate") : TCP;
    }

    private static void arrives(DaemonProcess destination) throws Exception {
        destination.exits(0);
        assertThat(destination.said()).contains("Memory is what the guest last wrote");
        assertThat(destination.complaints()).isEmpty();
    }

    /** A migration that completes. */
    private void moves(String both, String there, String here, boolean unix) throws Exception {
        DaemonProcess destination =
                daemons.destination(MACHINE + both + there + "--once --incoming " + address(unix));
        DaemonProcess source = daemons.source(MACHINE + both + GUEST + here + "--qmp");
        source.migrate(destination.listening());
        source.qmp().awaitMigration("completed");
        arrives(destination);
        assertThat(source.complaints()).isEmpty();
    }

    /** A migration whose source fails; its guest runs on. Returns the destination, which waits. */
    private DaemonProcess fails(String both, String there, String here, boolean unix, String why)
            throws Exception {
        DaemonProcess destination =
                daemons.destination(MACHINE + both + there + "--qmp --incoming " + address(unix));
        DaemonProcess source = daemons.source(MACHINE + both + GUEST + here + "--qmp");
        source.migrate(destination.listening());
        source.qmp().awaitMigration("failed");
        assertThat(source.queryMigrate().path("error-desc").asText()).contains(why);
        assertThat(source.runState()).isEqualTo("running");
        return destination;
    }

    // ---- pre-shared keys

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "/migration/precopy/tcp/tls/psk/match, false, false",
        "/migration/precopy/unix/tls/psk, true, false",
        "/migration/multifd/tcp/tls/psk/match, false, true"
    })
    void preSharedKey(String name, boolean unix, boolean multifd) throws Exception {
        moves(channels(multifd), preShared("server", files), preShared("client", files), unix);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "/migration/precopy/tcp/tls/psk/mismatch, false",
        "/migration/multifd/tcp/tls/psk/mismatch, true"
    })
    void otherKey(String name, boolean multifd) throws Exception {
        DaemonProcess destination =
                fails(
                        channels(multifd),
                        preShared("server", files),
                        preShared("client", others),
                        false,
                        "TLS handshake failed: ");
        destination.awaitLogged(".*Connection from .* rejected: TLS handshake failed: .*");
        destination.qmp().execute("quit");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "/migration/postcopy/tls/psk, false, ''",
        "/migration/postcopy/preempt/tls/psk, false, --capability postcopy-preempt",
        "/migration/multifd+postcopy/tcp/tls/psk/match, true, ''"
    })
    void postcopy(String name, boolean multifd, String preempt) throws Exception {
        String both = MACHINE + channels(multifd) + "--capability postcopy-ram " + preempt + " ";
        DaemonProcess destination =
                daemons.destination(both + preShared("server", files) + "--once --incoming " + TCP);
        DaemonProcess source = daemons.source(both + GUEST + preShared("client", files) + "--qmp");
        source.parameter("max-bandwidth", SLOW);
        source.migrate(destination.listening());
        source.qmp().awaitMigration("active");
        source.qmp().execute("migrate-start-postcopy");
        source.qmp().awaitMigration("completed");
        assertThat(source.queryMigrate().at("/ram/postcopy-bytes").asLong()).isPositive();
        arrives(destination);
        assertThat(source.complaints()).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "/migration/postcopy/recovery/tls/psk, psk, ''",
        "/migration/postcopy/preempt/recovery/tls/psk, psk, --capability postcopy-preempt",
        "/migration/multifd+postcopy/recovery/tls/psk, psk, --capability multifd",
        "/migration/multifd+postcopy/preempt/recovery/tls/psk, psk,"
                + " --capability multifd --capability postcopy-preempt",
        "the same with certificates, x509, --capability multifd --capability postcopy-preempt",
        "the same on one connection, x509, --return-path inline"
    })
    void recovery(String name, String kind, String options) throws Exception {
        String both = MACHINE + "--capability postcopy-ram --qmp ";
        boolean certificates = kind.equals("x509");
        DaemonProcess destination =
                daemons.destination(
                        both
                                + options.replaceAll("--return-path \\w+", "")
                                + " "
                                + (certificates
                                        ? x509("server", files, "")
                                        : preShared("server", files))
                                + "--incoming "
                                + TCP);
        DaemonProcess source =
                daemons.source(
                        both
                                + GUEST
                                + options
                                + " "
                                + (certificates
                                        ? x509("client", files, "")
                                        : preShared("client", files)));
        try (CutPair pair = new CutPair(source.qmp(), destination.qmp(), destination.listening())) {
            pair.startPostcopy(SLOW);
            pair.cutAfter(1 << 20);
            assertThat(destination.runState()).isEqualTo("running");
            pair.recover(TCP);
            pair.complete();
        }
        destination.awaitSaid(".*Memory is what the guest last wrote.*");
        destination.qmp().execute("quit");
        destination.exits(0);
    }

    // ---- certificates

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "/migration/precopy/tcp/tls/x509/default-host, false, false, ''",
        "/migration/precopy/tcp/tls/x509/override-host, false, false, --parameter tls-hostname=localhost",
        "/migration/precopy/unix/tls/x509/override-host, true, false, --parameter tls-hostname=localhost",
        "/migration/multifd/tcp/tls/x509/default-host, false, true, ''",
        "/migration/multifd/tcp/tls/x509/override-host, false, true, --parameter tls-hostname=localhost"
    })
    void host(String name, boolean unix, boolean multifd, String hostname) throws Exception {
        moves(
                channels(multifd),
                x509("server", files, ""),
                x509("client", files, "") + hostname + " ",
                unix);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "/migration/precopy/tcp/tls/x509/mismatch-host, false, false,"
                + " Certificate does not match the hostname 127.0.0.1",
        "/migration/multifd/tcp/tls/x509/mismatch-host, false, true,"
                + " Certificate does not match the hostname 127.0.0.1",
        "/migration/precopy/tcp/tls/no-hostname, false, false,"
                + " Certificate does not match the hostname 127.0.0.1",
        "/migration/precopy/unix/tls/x509/default-host, true, false,"
                + " No hostname for certificate validation"
    })
    void otherHost(String name, boolean unix, boolean multifd, String why) throws Exception {
        DaemonProcess destination =
                fails(
                        channels(multifd),
                        x509("server", others, ""),
                        x509("client", others, ""),
                        unix,
                        why);
        // whether its own handshake was complete before depends on time
        destination.awaitLogged(
                ".*Connection from .* (ended before it showed its role|rejected: TLS handshake.*).*");
        destination.qmp().execute("quit");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "/migration/precopy/tcp/tls/x509/allow-anon-client, false",
        "/migration/multifd/tcp/tls/x509/allow-anon-client, true"
    })
    void anonymousClientIsAllowed(String name, boolean multifd) throws Exception {
        moves(
                channels(multifd),
                x509("server", files, ",verify-peer=off"),
                x509("client", files.withoutClient(directory.resolve("anonymous")), ""),
                false);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "/migration/precopy/tcp/tls/x509/reject-anon-client, false",
        "/migration/multifd/tcp/tls/x509/reject-anon-client, true"
    })
    void anonymousClientIsRejected(String name, boolean multifd) throws Exception {
        DaemonProcess destination =
                fails(
                        channels(multifd),
                        x509("server", files, ""),
                        x509("client", files.withoutClient(directory.resolve("anonymous")), ""),
                        false,
                        "");
        destination.awaitLogged(
                ".*Connection from .* rejected: Verify failed: No certificate was found\\.");
        destination.qmp().execute("quit");
    }

    @Test
    void friendlyClient() throws Exception {
        moves(
                "",
                x509("server", files, "")
                        + "--object authz-simple,id=who,identity=CN=client "
                        + "--parameter tls-authz=who ",
                x509("client", files, ""),
                false);
    }

    @Test
    void hostileClient() throws Exception {
        DaemonProcess destination =
                fails(
                        "",
                        x509("server", files, "")
                                + "--object authz-simple,id=who,identity=CN=friend "
                                + "--parameter tls-authz=who ",
                        x509("client", files, ""),
                        false,
                        "");
        destination.awaitLogged(
                ".*Connection from .* rejected: TLS x509 authz check for CN=client is denied");
        destination.qmp().execute("quit");
    }

    // ---- without

    @Test
    void noTls() throws Exception {
        moves("", "--parameter tls-creds= ", "--parameter tls-creds= ", false);
    }

    /** The destination rejects it with one line, and waits for the next one. */
    @Test
    void plainSource() throws Exception {
        DaemonProcess destination =
                daemons.destination(
                        MACHINE + x509("server", files, "") + "--once --incoming " + TCP);
        DaemonProcess plain = daemons.source(MACHINE + GUEST + "--qmp");
        plain.migrate(destination.listening());
        plain.qmp().awaitMigration("failed");
        assertThat(plain.runState()).isEqualTo("running");
        destination.awaitLogged(
                ".*rejected: TLS handshake failed: An unexpected TLS packet was received\\.");
        plain.qmp().execute("quit");
        plain.exits(3);

        DaemonProcess source =
                daemons.source(MACHINE + GUEST + x509("client", files, "") + "--qmp");
        source.migrate(destination.listening());
        source.qmp().awaitMigration("completed");
        destination.exits(0);
        assertThat(destination.said()).contains("Memory is what the guest last wrote");
    }

    @Test
    void plainDestination() throws Exception {
        DaemonProcess destination = daemons.destination(MACHINE + "--once --incoming " + TCP);
        DaemonProcess source =
                daemons.source(MACHINE + GUEST + x509("client", files, "") + "--qmp");
        source.migrate(destination.listening());
        source.qmp().awaitMigration("failed");
        assertThat(source.queryMigrate().path("error-desc").asText())
                .startsWith("TLS handshake failed: ");
        assertThat(source.runState()).isEqualTo("running");
        destination.exits(3);
    }

    // ---- bad input

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tls-creds-x509,id=tls0,endpoint=server,dir=/nowhere|1|--object tls0: Unable to access credentials /nowhere/ca-cert.pem: No such file or directory",
                "tls-creds-x509,id=tls0,endpoint=server|1|--object tls0: Missing 'dir' property value",
                "tls-creds-x509,id=tls0,endpoint=both|2|--object: Parameter 'endpoint' does not accept value 'both'",
                "tls-creds-x510,id=tls0|2|--object: Parameter 'qom-type' does not accept value 'tls-creds-x510'"
            })
    void badObject(String object, int code, String text) throws Exception {
        DaemonProcess destination =
                daemons.destination(MACHINE + "--object " + object + " --incoming " + TCP);
        destination.exits(code);
        assertThat(destination.complaint()).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nobody|No TLS credentials with id 'nobody'",
                "tls0|Expected TLS credentials for a client endpoint",
                "who|Object with id 'who' is not TLS credentials"
            })
    void badCredentials(String id, String why) throws Exception {
        DaemonProcess destination = daemons.destination(MACHINE + "--qmp --incoming " + TCP);
        DaemonProcess source =
                daemons.source(
                        MACHINE
                                + GUEST
                                + x509("server", files, "")
                                + "--object authz-simple,id=who,identity=x --qmp");
        source.parameter("tls-creds", "\"" + id + "\"");
        source.migrate(destination.listening());
        source.qmp().awaitMigration("failed");
        assertThat(source.queryMigrate().path("error-desc").asText()).isEqualTo(why);
        assertThat(source.runState()).isEqualTo("running");
        destination.qmp().execute("quit");
    }
}
