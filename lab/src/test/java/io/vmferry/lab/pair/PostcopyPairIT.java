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
 * A guest that keeps writing moves by postcopy in every way there is: both exit codes are 0, which
 * the destination's is only when the memory has proved itself.
 */
class PostcopyPairIT {

    private static final String WORKLOAD =
            "--workload uniform,rate=20000,boot=128M --parameter max-postcopy-bandwidth=100M ";

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

    @ParameterizedTest(name = "{0}, return path {1}, {2} passes, {3}")
    @CsvSource({
        "tcp, channel, 0, ''",
        "tcp, inline, 1, ''",
        "unix, channel, 0, --capability postcopy-preempt",
        "unix, inline, 1, --capability postcopy-preempt",
        "tcp, inline, 0, --capability postcopy-preempt --profile qemu-7.2",
        "tcp, channel, 0, --memory-page-size 2M",
        "unix, inline, 1, --memory-page-size 2M --capability postcopy-preempt",
        "unix, channel, 1, --capability release-ram --capability postcopy-preempt",
        "tcp, inline, 0, --capability release-ram --profile qemu-11.1"
    })
    void movesByPostcopy(String transport, String returnPath, int passes, String options)
            throws Exception {
        String machine =
                "--memory 128M --vcpus 2 --device virtio-net --device virtio-blk " + options + " ";
        String address =
                transport.equals("tcp") ? "tcp:127.0.0.1:0" : "unix:" + daemons.file("migration");
        DaemonProcess destination =
                daemons.destination(
                        machine + "--capability postcopy-ram --once --incoming " + address);
        DaemonProcess source =
                daemons.source(
                        machine
                                + WORKLOAD
                                + "--return-path %s --postcopy-after %d --migrate %s"
                                        .formatted(returnPath, passes, destination.listening()));
        source.exits(0);
        destination.exits(0);
        assertThat(source.said())
                .contains("migration completed: the guest has moved")
                .containsPattern("postcopy +[1-9].* sent after the switchover");
        assertThat(destination.said())
                .contains("migration completed: the guest has arrived, and ends with this process")
                .contains("Memory is what the guest last wrote");
        if (passes == 0) {
            assertThat(destination.said()).containsPattern("faults +[1-9][\\d,]* pages waited for");
        }
        assertThat(source.complaints()).isEmpty();
        assertThat(destination.complaints()).isEmpty();
    }
}
