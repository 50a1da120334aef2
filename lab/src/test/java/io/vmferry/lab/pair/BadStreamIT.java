package io.vmferry.lab.pair;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A destination that is given a stream it cannot load: one line says what is wrong and where. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadStreamIT {

    private static final int FAILED = 3;
    private static final String MACHINE = "--memory 16M --device virtio-net ";
    private static final byte FOOTER = 0x7e;

    private Path directory;
    private Daemons daemons;
    private byte[] good;

    @BeforeAll
    void makeStream(@TempDir Path shared) throws Exception {
        directory = shared;
        daemons = new Daemons(directory);
        Path stream = daemons.file("good");
        DaemonProcess source =
                daemons.source(MACHINE + "--workload idle,boot=2M --migrate file:" + stream);
        source.exits(0);
        good = Files.readAllBytes(stream);
    }

    @AfterAll
    void close() throws IOException {
        daemons.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "--machine none --memory 16M | machine type received is 'synthetic', here it is 'none'",
                "--memory 32M --device virtio-net | RAM block 'ram' has 16 MiB at the source and 32 MiB here",
                "--memory 16M --device virtio-net --vcpus 2 | State of vCPU 0 of 1 was sent to vCPU 0 of 2",
            })
    void otherMachine(String options, String says) throws Exception {
        String complaint = loading(good, options);
        assertThat(complaint).contains(says).containsPattern("\\(at byte [0-9,]+");
    }

    @Test
    void unknownDevice() throws Exception {
        assertThat(loading(good, "--memory 16M"))
                .contains("virtio-net' instance 0 here")
                .containsPattern("\\(at byte [0-9,]+, section .*virtio-net\\)");
    }

    @Test
    void footerOfAnotherSection() throws Exception {
        int footer = firstFooter();
        byte[] bad = good.clone();
        bad[footer + 4] ^= 1;
        assertThat(loading(bad, MACHINE)).contains("footer").contains("section ram");
    }

    @Test
    void noFooter() throws Exception {
        int footer = firstFooter();
        byte[] bad = good.clone();
        bad[footer] = 0;
        assertThat(loading(bad, MACHINE)).contains("footer").contains("section ram");
    }

    @ParameterizedTest(name = "after {0} %")
    @CsvSource({"0", "50", "99"})
    void fileThatEndsEarly(int percent) throws Exception {
        int length = Math.max(10, good.length / 100 * percent);
        assertThat(loading(Arrays.copyOf(good, length), MACHINE))
                .contains("ended")
                .contains("(at byte");
    }

    @Test
    void peerThatIsNoSource() throws Exception {
        DaemonProcess node = daemons.destination(MACHINE + "--incoming tcp:127.0.0.1:0");
        try (Socket peer = connect(node)) {
            peer.getOutputStream()
                    .write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            node.exits(FAILED);
        }
        assertThat(node.reason())
                .contains("tcp:127.0.0.1:")
                .contains("is not a migration source: expected the magic 0x5145564d at offset 0");
    }

    @Test
    void peerThatGoesInTheMiddle() throws Exception {
        DaemonProcess node = daemons.destination(MACHINE + "--incoming tcp:127.0.0.1:0");
        try (Socket peer = connect(node)) {
            peer.getOutputStream().write(good, 0, good.length / 2);
        }
        node.exits(FAILED);
        assertThat(node.reason())
                .contains("ended")
                .containsPattern("\\(at byte [0-9,]+, section ram\\)");
    }

    private static Socket connect(DaemonProcess node) throws Exception {
        String uri = node.listening();
        int port = Integer.parseInt(uri.substring(uri.lastIndexOf(':') + 1));
        return new Socket(InetAddress.getLoopbackAddress(), port);
    }

    private String loading(byte[] stream, String options) throws Exception {
        Path file = Files.createTempFile(directory, "bad", "");
        Files.write(file, stream);
        DaemonProcess node = daemons.destination(options + " --incoming file:" + file);
        node.exits(FAILED);
        return node.reason();
    }

    /** The end of the first section: the block list before it holds no byte like it. */
    private int firstFooter() {
        int at = 0;
        while (good[at] != FOOTER) {
            at++;
        }
        return at;
    }
}
