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

/**
 * A guest that keeps writing moves between two JVMs, in every way there is: both exit codes are 0,
 * which the destination's is only when the memory has proved itself.
 */
class PairIT {

    private static final String MACHINE = "--memory 256M --vcpus 2 --device virtio-net ";
    private static final String GUEST =
            MACHINE + "--workload hotset,rate=5000,boot=64M --parameter max-bandwidth=1G ";
    private static final String PROVED = "Memory is what the guest last wrote";

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

    @ParameterizedTest(name = "return path {0}: {1} connections")
    @CsvSource({"channel, 2", "inline, 1", "none, 1"})
    void movesOverTcp(String returnPath, int connections) throws Exception {
        DaemonProcess destination =
                daemons.destination(MACHINE + "--once --incoming tcp:127.0.0.1:0");
        try (CountingProxy proxy = new CountingProxy(destination.listening())) {
            DaemonProcess source =
                    daemons.source(
                            GUEST
                                    + "--return-path %s --migrate %s"
                                            .formatted(returnPath, proxy.uri()));
            moved(source, destination);
            assertThat(proxy.connections()).isEqualTo(connections);
        }
    }

    @Test
    void movesOverUnixSocket() throws Exception {
        DaemonProcess destination =
                daemons.destination(
                        MACHINE + "--verbose --once --incoming unix:" + daemons.file("migration"));
        DaemonProcess source = daemons.source(GUEST + "--migrate " + destination.listening());
        moved(source, destination);
        assertThat(destination.log()).contains("return-path-channel");
    }

    @Test
    void movesThroughFile() throws Exception {
        String uri = "file:" + daemons.file("stream");
        DaemonProcess source = daemons.source(GUEST + "--migrate " + uri);
        source.exits(0);
        DaemonProcess destination = daemons.destination(MACHINE + "--once --incoming " + uri);
        arrived(source, destination, "the guest is saved in ");
    }

    private static void moved(DaemonProcess source, DaemonProcess destination)
            throws IOException, InterruptedException {
        source.exits(0);
        arrived(source, destination, "the guest has moved");
    }

    private static void arrived(DaemonProcess source, DaemonProcess destination, String from)
            throws IOException, InterruptedException {
        destination.exits(0);
        assertThat(source.said()).contains("migration completed: " + from);
        assertThat(source.complaints()).isEmpty();
        assertThat(destination.said())
                .contains("migration completed: the guest has arrived, and ends with this process")
                .contains(PROVED);
        assertThat(destination.complaints()).isEmpty();
    }
}
