package io.vmferry.lab.pair;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients do their worst on one monitor of a source that migrates. Its memory stays bounded, its
 * other monitor replies, and the guest arrives whole.
 */
class HostileClientIT {

    private static final int MIB = 1 << 20;
    private static final int GUEST_MIB = 64;

    /** Less than the guest dirties, so that the migration does not end until that is changed. */
    private static final long SLOW = 1 << 20;

    private static final long FAST = 1L << 40;

    /** Beside guest RAM; most of it is the JVM's, with a heap of at most 96 MiB. */
    private static final long MOST_RESIDENT_BYTES = 260L * MIB;

    /** The limit of unread bytes in a socket's buffers. */
    private static final long MOST_UNREAD_BYTES = 4L * MIB;

    @TempDir Path directory;
    private Daemons daemons;
    private DaemonProcess source;
    private DaemonProcess destination;
    private Path monitor;

    @BeforeEach
    void open() throws IOException {
        daemons = new Daemons(directory);
        monitor = daemons.file("hostile.qmp");
        source =
                daemons.source(
                        "--memory %dM --workload hotset,rate=1000,boot=64M --qmp --qmp=unix:%s"
                                .formatted(GUEST_MIB, monitor));
        destination =
                daemons.destination(
                        "--memory %dM --once --incoming unix:%s"
                                .formatted(GUEST_MIB, daemons.file("migration")));
    }

    @AfterEach
    void close() throws IOException {
        daemons.close();
    }

    @Test
    void theMigrationAndOtherClientsDoNotNotice() throws Exception {
        String uri = destination.listening();
        source.capability("events", true);
        source.capability("return-path", true);
        source.parameter("max-bandwidth", SLOW);
        source.migrate(uri);
        source.qmp().awaitMigration("active");

        garbage();
        endlessString();
        endlessList();
        deepNesting();
        hugeNumber();
        halfACommand();
        neverReads();
        secondClient();

        source.parameter("max-bandwidth", FAST);
        source.qmp().awaitMigration("completed");
        destination.exits(0);
        assertThat(destination.said()).contains("Memory is what the guest last wrote");
        assertThat(source.peakResidentBytes() - (long) GUEST_MIB * MIB)
                .isLessThan(MOST_RESIDENT_BYTES);
        source.qmp().execute("quit");
        source.exits(0);
        assertThat(source.complaints()).allMatch(line -> line.contains("Client of monitor"));
    }

    private HostileClient client() throws IOException {
        return new HostileClient(monitor).reading();
    }

    /** The byte 0xFF, which is in no text, ends any incomplete command. */
    private void stillThere(HostileClient client, String id) throws Exception {
        client.send("\u00ff\n{'execute': 'qmp_capabilities', 'id': '%s'}".formatted(id));
        client.await("\"id\": \"" + id + "\"");
        client.send("{'execute': 'query-name', 'id': 'now %s'}".formatted(id));
        assertThat(client.await("\"id\": \"now " + id)).contains("\"return\"");
        unaffected();
    }

    private void unaffected() throws Exception {
        assertThat(source.runState()).isEqualTo("running");
        assertThat(source.queryMigrate().path("status").asText()).isEqualTo("active");
    }

    private void garbage() throws Exception {
        byte[] bytes = new byte[MIB];
        new Random(5).nextBytes(bytes);
        try (HostileClient client = client()) {
            client.await("QMP");
            client.send(bytes);
            stillThere(client, "garbage");
        }
    }

    private void endlessString() throws Exception {
        byte[] text = "x".repeat(MIB).getBytes(StandardCharsets.US_ASCII);
        try (HostileClient client = client()) {
            client.send("{\"execute\": \"");
            for (int i = 0; i < 3 * 96; i++) {
                client.send(text);
            }
            client.await("JSON token size limit exceeded");
            stillThere(client, "string");
        }
    }

    private void endlessList() throws Exception {
        try (HostileClient client = client()) {
            client.send("{'a': [" + "1,".repeat(1 << 16));
            client.await("JSON token count limit exceeded");
            stillThere(client, "list");
        }
    }

    private void deepNesting() throws Exception {
        try (HostileClient client = client()) {
            client.send("[".repeat(MIB));
            client.await("JSON nesting depth limit exceeded");
            stillThere(client, "nesting");
        }
    }

    private void hugeNumber() throws Exception {
        try (HostileClient client = client()) {
            client.send("{'execute': 'qmp_capabilities'}");
            client.await("return");
            client.send(
                    "{'execute': 'migrate-set-parameters', 'arguments': {'max-bandwidth': %s}}"
                            .formatted("9".repeat(200_000)));
            client.await("Parameter 'max-bandwidth' expects");
            client.send(
                    "{'execute': 'migrate-set-parameters', 'arguments': {'max-bandwidth': 1e999}}");
            client.await("Parameter 'max-bandwidth' expects");
            stillThere(client, "number");
        }
    }

    private void halfACommand() throws Exception {
        for (int i = 0; i < 50; i++) {
            try (HostileClient client = new HostileClient(monitor)) {
                client.send("{'execute': 'qmp_capabilities'}{'execute': 'migrate_can");
            }
        }
        unaffected();
    }

    private void neverReads() throws Exception {
        try (HostileClient client = new HostileClient(monitor)) {
            client.send("{'execute': 'qmp_capabilities'}");
            String ask = "{'execute': 'query-commands'}".repeat(100);
            assertThat(client.sendUntilStuck(ask, 500, 16 * MOST_UNREAD_BYTES))
                    .isLessThan(MOST_UNREAD_BYTES);
            unaffected();
        }
    }

    private void secondClient() throws Exception {
        try (HostileClient first = client();
                HostileClient second = client()) {
            first.await("QMP");
            assertThat(second.hears(200)).isFalse();
            stillThere(first, "first");
            assertThat(second.hears(0)).isFalse();
            first.leave();
            second.await("QMP");
            stillThere(second, "second");
        }
    }
}
