package io.vmferry.lab.pair;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A daemon that cannot start with its options: one line with the reason, and the exit code. */
class BadStartIT {

    private static final int START_FAILED = 1;
    private static final int USAGE = 2;

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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--incoming defer --qmp --frobnicate | Unknown option: '--frobnicate'",
                "--incoming defer --qmp --memory 12Q | --memory: '12Q' is not a size",
                "--incoming defer --qmp --memory 5000 | --memory 5000 is not a multiple of the page",
                "--incoming carrier:pigeon           | unknown migration protocol: carrier:pigeon",
                "--incoming tcp:localhost            | error parsing address 'localhost'",
                "--incoming tcp:0:1,colour=red       | Invalid parameter 'colour'",
                "--incoming defer --qmp --device disk | Unknown device 'disk': expected one of",
            })
    void wrongCommandLine(String options, String says) throws Exception {
        DaemonProcess node = daemons.destination(options);
        node.exits(USAGE);
        assertThat(node.complaint()).contains(says);
        assertThat(node.said()).isEmpty();
    }

    @Test
    void portThatIsNone() throws Exception {
        DaemonProcess node = daemons.destination("--incoming tcp:localhost:no-such-port");
        node.exits(START_FAILED);
        assertThat(node.complaint())
                .isEqualTo(
                        "Cannot listen on tcp:localhost:no-such-port: address resolution failed for"
                                + " localhost:no-such-port: Servname not supported for"
                                + " ai_socktype");
    }

    @Test
    void portInUse() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String uri = "tcp:127.0.0.1:" + other.getLocalPort();
            DaemonProcess node = daemons.destination("--incoming " + uri);
            node.exits(START_FAILED);
            assertThat(node.complaint())
                    .isEqualTo(
                            "Cannot listen on %s: Failed to find an available port: Address already in use",
                            uri);
        }
    }

    @Test
    void memoryImageThatIsNotThere() throws Exception {
        Path image = daemons.file("no.img");
        DaemonProcess node = daemons.source("--qmp --memory-image " + image);
        node.exits(START_FAILED);
        assertThat(node.complaint())
                .isEqualTo(
                        "Cannot load memory image "
                                + image
                                + " at offset 0: No such file or directory");
    }

    @Test
    void memoryImageThatIsTooLong() throws Exception {
        Path image = Files.write(daemons.file("long.img"), new byte[(1 << 20) + 1]);
        DaemonProcess node = daemons.source("--qmp --memory 1M --memory-image " + image);
        node.exits(START_FAILED);
        assertThat(node.complaint())
                .isEqualTo(
                        "Memory image "
                                + image
                                + " has 1048577 bytes, which does not fit into a guest of 1048576"
                                + " bytes");
    }

    /** Pages of the other guest cannot be distinguished from this one's. */
    @Test
    void memoryImageOfAGuestWithTheSameSeed() throws Exception {
        DaemonProcess other =
                daemons.source("--memory 1M --workload uniform,boot=1M --paused --qmp");
        Path image = other.qmp().saveMemory(daemons.file("image"), 1 << 20);
        DaemonProcess node = daemons.source("--memory 1M --qmp --memory-image " + image);
        node.exits(USAGE);
        assertThat(node.complaint())
                .isEqualTo(
                        "The memory image holds pages of a guest with seed 1: start with another"
                                + " --seed");
    }

    @Test
    void memoryThatNothingCouldBeNotedAbout() throws Exception {
        DaemonProcess node = daemons.source("--qmp --memory 1T");
        node.exits(USAGE);
        assertThat(node.complaint())
                .startsWith("--memory 1 TiB: its page bitmaps need 248 MiB of the daemon's own")
                .endsWith(": start it with -Xmx248m in JAVA_OPTS, in an image in _JAVA_OPTIONS");
    }

    @Test
    void leaseThatAnotherNodeHolds() throws Exception {
        DaemonProcess first = daemons.source("--memory 1M --name first --qmp");
        assertThat(first.runState()).isEqualTo("running");
        DaemonProcess second = daemons.source("--memory 1M --qmp");
        second.exits(START_FAILED);
        assertThat(second.complaint())
                .startsWith("Cannot start the guest: lease " + daemons.file("lease"))
                .contains("first");
    }
}
