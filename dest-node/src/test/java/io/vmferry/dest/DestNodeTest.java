package io.vmferry.dest;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.daemon.NodeMain;
import io.vmferry.machine.daemon.Screen;
import io.vmferry.machine.lease.FileLease;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class DestNodeTest {

    @TempDir private Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... args) {
        Screen screen =
                Screen.plain(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8));
        return NodeMain.run(new DestNode(screen), screen.out(), screen.err(), args);
    }

    private String told() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--memory=1M                        | Nothing to wait for",
                "--incoming=defer                   | --incoming defer needs --qmp",
                "--incoming=defer --health-socket=x | --incoming defer needs --qmp",
                "--incoming=unix:x --lease=x        | --lease and --incoming are the same file: x",
                "--incoming=file:x --memory-image=x | --memory-image and --incoming are the same",
                "--incoming=rdma:host               | --incoming: error parsing address 'host'",
                "--incoming=tcp:h:1 --workload=idle | --workload is for the source",
                "--incoming=defr | --incoming: unknown migration protocol: defr, did you mean 'defer'?",
                "--incoming=tcp:h:1 --migrate=tcp:h:1 | Unknown option: '--migrate=tcp:h:1'"
            })
    void aWrongCommandLineStartsNothing(String line, String message) {
        assertThat(run(line.split(" +"))).isEqualTo(2);
        assertThat(told()).startsWith(message).hasLineCount(1);
    }

    @Test
    void aPortThatIsNoNumberIsOneLineAndOne() {
        assertThat(run("--memory=1M", "--incoming=tcp:127.0.0.1:port")).isEqualTo(1);
        assertThat(told()).startsWith("Cannot listen on tcp:127.0.0.1:port: ").hasLineCount(1);
    }

    @Test
    void aPortInUseIsOneLineAndOne() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "tcp:127.0.0.1:" + other.getLocalPort();
            assertThat(run("--memory=1M", "--incoming=" + address)).isEqualTo(1);
            assertThat(told())
                    .isEqualToIgnoringNewLines(
                            "Cannot listen on %s: Failed to find an available port: Address already in use"
                                    .formatted(address));
            err.reset();
            assertThat(run("--memory=1M", "--incoming=tcp:127.0.0.1:0", "--qmp=" + address))
                    .isEqualTo(1);
            assertThat(told())
                    .isEqualToIgnoringNewLines(
                            "Cannot open monitor " + address + ": Address already in use");
        }
    }

    @Test
    void aFileThatIsNotThereIsOneLineAndOne() {
        Path file = directory.resolve("nothing");
        assertThat(run("--memory=1M", "--incoming=file:" + file)).isEqualTo(1);
        assertThat(told())
                .isEqualToIgnoringNewLines(
                        "Cannot listen on file:%1$s: Could not open '%1$s': No such file or directory"
                                .formatted(file));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "QE", "GET / HTTP/1.1\r\n\r\n", "QEVM\0\0\0\3", "QEVM\0\0\0\7x"})
    void whatIsNoMigrationIsOneLineAndThree(String content) throws IOException {
        Path file = directory.resolve("junk");
        Files.writeString(file, content, StandardCharsets.ISO_8859_1);
        assertThat(run("--memory=1M", "--incoming=file:" + file)).isEqualTo(3);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .startsWith("listening on file:" + file)
                .containsOnlyOnce("migration failed: the guest was not handed over by its source")
                .containsOnlyOnce("\n  reason     ");
        assertThat(told()).isEmpty();
    }

    @Test
    void aGuestThatMayNotRunIsNoSuccess() throws IOException {
        Path file = directory.resolve("guest");
        String stream = "QEVM\0\0\0\3\7\0\0\0\11synthetic\0\6\0\0\0\0";
        Files.writeString(file, stream, StandardCharsets.ISO_8859_1);
        Path disk = directory.resolve("disk");
        FileLease other = FileLease.on(disk, "somebody");
        assertThat(other.take().held()).isTrue();
        assertThat(run("--memory=1M", "--once", "--lease=" + disk, "--incoming=file:" + file))
                .isEqualTo(4);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("the guest is here but may not run");

        other.giveUp();
        assertThat(run("--memory=1M", "--once", "--lease=" + disk, "--incoming=file:" + file))
                .isZero();
    }
}
