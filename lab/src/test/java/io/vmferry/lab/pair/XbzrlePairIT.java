package io.vmferry.lab.pair;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A guest that keeps changing a byte of each page moves between two JVMs with its pages as their
 * difference to what was sent; the destination's exit code is 0 only when its memory has proved
 * itself.
 */
class XbzrlePairIT {

    private static final String MACHINE = "--memory 64M --vcpus 2 --device virtio-net ";
    private static final String GUEST =
            "--workload increment,rate=40000,range=16M,boot=64M --parameter max-bandwidth=48M"
                    + " --parameter downtime-limit=1 --capability auto-converge ";
    private static final String CAPABILITY =
            "--capability xbzrle --parameter xbzrle-cache-size=32M ";
    private static final Pattern DELTAS = Pattern.compile("([0-9,]+) by xbzrle");

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

    /** QEMU's test {@code /precopy/unix/xbzrle}, with its size of the cache. */
    @ParameterizedTest
    @ValueSource(strings = {"qemu-7.2", "qemu-10.2", "qemu-11.1"})
    void precopyUnixXbzrle(String profile) throws Exception {
        String[] said = move("--profile " + profile + " ", CAPABILITY);
        assertThat(deltas(said[0])).isPositive().isEqualTo(deltas(said[1]));
    }

    @Test
    void withoutTheCapabilityNothingIsEncoded() throws Exception {
        String[] said = move("--profile qemu-10.2 ", "");
        assertThat(deltas(said[0])).isZero();
        assertThat(deltas(said[1])).isZero();
    }

    /** Its cache is empty, and that of an attempt may get another size. */
    @Test
    void aSecondAttemptSendsEverythingAnew() throws Exception {
        String guest = GUEST.replace("rate=40000", "rate=max");
        DaemonProcess source =
                daemons.source(MACHINE + CAPABILITY + "--capability events --qmp " + guest);
        DaemonProcess first = daemons.destination(MACHINE + "--incoming tcp:127.0.0.1:0");
        source.migrate(first.listening());
        awaitCachedPages(source, 10_000);
        source.parameter("xbzrle-cache-size", 8 << 20);
        awaitCachedPages(source, 2 * cachedPages(source));
        assertThat(source.queryMigrate().at("/xbzrle-cache/cache-size").asLong())
                .isEqualTo(8 << 20);
        long before = cachedPages(source);
        source.qmp().execute("migrate_cancel");
        source.qmp().awaitMigration("cancelled");

        DaemonProcess second = daemons.destination(MACHINE + "--once --incoming tcp:127.0.0.1:0");
        source.migrate(second.listening());
        // the counts go on
        awaitCachedPages(source, before + 10_000);
        source.parameter("max-bandwidth", 0);
        source.parameter("downtime-limit", 60_000);
        second.exits(0);
        assertThat(second.said()).contains("Memory is what the guest last wrote");
        assertThat(deltas(second.said())).isPositive();
    }

    private static long cachedPages(DaemonProcess source) throws Exception {
        return source.queryMigrate().at("/xbzrle-cache/pages").asLong();
    }

    /** Waits for pages that were found in the cache; the migration cannot end meanwhile. */
    private static void awaitCachedPages(DaemonProcess source, long pages) throws Exception {
        while (cachedPages(source) < pages) {
            assertThat(source.queryMigrate().path("status").asText()).isIn("setup", "active");
        }
    }

    /** A destination needs no capability to load such pages. */
    private String[] move(String profile, String capability) throws Exception {
        DaemonProcess destination =
                daemons.destination(
                        MACHINE
                                + profile
                                + "--once --incoming unix:"
                                + directory.resolve("migrate"));
        DaemonProcess source =
                daemons.source(
                        MACHINE
                                + profile
                                + capability
                                + GUEST
                                + "--return-path inline --migrate "
                                + destination.listening());
        source.exits(0);
        destination.exits(0);
        assertThat(source.complaints()).isEmpty();
        assertThat(destination.said()).contains("Memory is what the guest last wrote");
        assertThat(destination.complaints()).isEmpty();
        return new String[] {source.said(), destination.said()};
    }

    private static long deltas(String said) {
        Matcher found = DELTAS.matcher(said);
        return found.find() ? Long.parseLong(found.group(1).replace(",", "")) : 0;
    }
}
