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
 * A guest that keeps writing moves between two JVMs with its pages on multifd channels; the
 * destination's exit code is 0 only when its memory has proved itself.
 */
class MultifdPairIT {

    private static final String MACHINE =
            "--memory 256M --vcpus 2 --device virtio-net --capability multifd ";
    private static final String GUEST = "--workload hotset,rate=5000,boot=64M ";

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

    @ParameterizedTest(name = "{0}: {1} channels, {2}")
    @CsvSource({
        "qemu-7.2, 2, none",
        "qemu-7.2, 3, zlib",
        "qemu-8.2, 2, none",
        "qemu-10.2, 1, none",
        "qemu-10.2, 255, none",
        "qemu-10.2, 2, zlib",
        "qemu-10.2, 16, zstd",
        "qemu-11.1, 2, zstd"
    })
    void moves(String profile, int channels, String compression) throws Exception {
        String multifd =
                "--profile %s --parameter multifd-channels=%d --parameter multifd-compression=%s "
                        .formatted(profile, channels, compression);
        DaemonProcess destination =
                daemons.destination(MACHINE + multifd + "--once --incoming tcp:127.0.0.1:0");
        try (CountingProxy proxy = new CountingProxy(destination.listening())) {
            DaemonProcess source =
                    daemons.source(
                            MACHINE
                                    + multifd
                                    + GUEST
                                    + "--return-path inline --migrate "
                                    + proxy.uri());
            source.exits(0);
            destination.exits(0);
            assertThat(source.complaints()).isEmpty();
            assertThat(destination.said()).contains("Memory is what the guest last wrote");
            assertThat(destination.complaints()).isEmpty();
            assertThat(proxy.connections()).isEqualTo(1 + channels);
        }
    }
}
