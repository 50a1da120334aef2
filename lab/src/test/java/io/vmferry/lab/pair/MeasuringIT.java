package io.vmferry.lab.pair;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** The measuring commands of the daemons, before and during a migration. */
@Isolated("what it measures depends on time")
class MeasuringIT {

    private static final String MACHINE =
            "--memory 256M --vcpus 1 --device virtio-net,id=net0 --verbose ";

    /** 40 MiB a second, page for page. */
    private static final String BUSY = "--workload uniform,rate=10240,boot=64M ";

    private static final double DIRTIED_MEBIBYTES_PER_SECOND = 40;

    /**
     * Sampled pages per GiB, so that hundreds of the 4096 pages of this guest change in a
     * measurement: with QEMU's default of 512 it would be ten, and twenty would not be rare.
     */
    private static final int SAMPLE_PAGES = 16384;

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

    @Test
    void measuresTheDirtyRateAlsoOfAGuestThatMigrates() throws Exception {
        DaemonProcess source = daemons.source(MACHINE + BUSY + "--qmp");
        DaemonProcess destination =
                daemons.destination(MACHINE + "--once --incoming unix:" + daemons.file("m"));
        destination.listening();
        assertThat(measured(source, "page-sampling", ", \"sample-pages\": " + SAMPLE_PAGES))
                .isBetween(DIRTIED_MEBIBYTES_PER_SECOND / 4, DIRTIED_MEBIBYTES_PER_SECOND * 1.5);

        source.capability("events", true);
        source.parameter("max-bandwidth", 16 << 20);
        source.migrate("unix:" + daemons.file("m"));
        source.qmp().awaitMigration("active");
        assertThat(measured(source, "dirty-bitmap", ""))
                .isBetween(DIRTIED_MEBIBYTES_PER_SECOND / 4, DIRTIED_MEBIBYTES_PER_SECOND * 1.5);
        assertThat(source.queryMigrate().path("status").asText()).isEqualTo("active");
        theThreadExists(source.qmp().execute("query-migrationthreads"));

        source.parameter("max-bandwidth", 1L << 40);
        source.qmp().awaitMigration("completed");
        assertThat(source.qmp().execute("query-migrationthreads")).isEmpty();
        destination.exits(0);
        assertThat(destination.log())
                .as("announced before it ran")
                .containsSubsequence("announced(net0)", "guest-started");
    }

    private static void theThreadExists(JsonNode threads) {
        assertThat(threads).hasSize(1);
        assertThat(threads.at("/0/name").asText()).isEqualTo("mig/src/main");
        assertThat(Path.of("/proc", threads.at("/0/thread-id").asText())).exists();
    }

    private static double measured(DaemonProcess node, String mode, String more) throws Exception {
        assertThat(
                        node.qmp()
                                .execute(
                                        "calc-dirty-rate",
                                        "{\"calc-time\": 500, \"calc-time-unit\":"
                                                + " \"millisecond\", \"mode\": \"%s\"%s}"
                                                        .formatted(mode, more)))
                .isEmpty();
        JsonNode info;
        do {
            info = node.qmp().execute("query-dirty-rate");
        } while (info.path("status").asText().equals("measuring"));
        assertThat(info.path("status").asText()).isEqualTo("measured");
        assertThat(info.path("mode").asText()).isEqualTo(mode);
        return info.path("dirty-rate").asDouble();
    }
}
