package io.vmferry.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.daemon.NodeMain;
import io.vmferry.machine.daemon.Screen;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class SourceNodeTest {

    @TempDir private Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... args) {
        Screen screen =
                Screen.plain(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8));
        return NodeMain.run(new SourceNode(screen), screen.out(), screen.err(), args);
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String told() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--memory=1M                            | Nothing to do",
                "--health-socket=/tmp/health            | Nothing to do: give --migrate URI",
                "--migrate=carrier:pigeon               | --migrate: unknown migration protocol",
                "--migrate=tpc:a:1                      | --migrate: unknown migration protocol: tpc:a:1, did you mean 'tcp:a:1'?",
                "--migrate=tcp:localhost                | --migrate: error parsing address",
                "--migrate=tcp:a:1 --return-path=inlien | Unknown --return-path 'inlien', did you mean 'inline'",
                "--migrate=tcp:a:1 --log-format=jsno    | Unknown --log-format 'jsno', did you mean 'json'",
                "--migrate=tcp:a:1 --workload=idle,rate=5 | Workload idle does not use rate",
                "--migrate=tcp:a:1 --liveness-limit=1   | --liveness-limit is for a postcopy",
                "--migrate=tcp:a:1 --liveness-limit=1 --capability=postcopy-ram | --liveness-limit is for",
                "--migrate=tcp:a:1 --postcopy-after=1 --liveness-limit=0 | --liveness-limit 0 is not in 1..65535",
                "--migrate=file:x --postcopy-after=1    | --postcopy-after takes 0 or more",
                "--migrate=file:x --return-path=inline  | Nothing comes back from a file",
                "--migrate=tcp:a:1 --return-path=none --capability=return-path | --return-path none",
                "--migrate=tcp:a:1 --machine=none --vcpus=2 | Machine none has no vCPU",
                "--migrate=tcp:a:1 --incoming=tcp:a:1   | Unknown option: '--incoming=tcp:a:1'",
                "--migrate=tcp:a:1 --memory=1M --workload=idle,boot=2M | Workload option boot"
            })
    void aWrongCommandLineStartsNothing(String line, String message) {
        assertThat(run(line.split(" +"))).isEqualTo(2);
        assertThat(told()).startsWith(message).hasLineCount(1);
        assertThat(printed()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--migrate=tcp:a:1 --lease={} --memory-image={}   | --lease and --memory-image are",
                "--migrate=file:{} --memory-image={}              | --memory-image and --migrate are",
                "--migrate=file:{} --lease={}                     | --lease and --migrate are",
                "--migrate=unix:{} --qmp=unix:{}                  | --migrate and --qmp are",
                "--migrate=unix:{} --qmp=unix:{}/../x/../guest    | --migrate and --qmp are",
                "--qmp=unix:{} --health-socket={}                 | --qmp and --health-socket are",
                "--qmp=unix:{} --qmp=unix:{}                      | --qmp"
            })
    void aFileHasOnePurpose(String line, String message) throws IOException {
        Files.createDirectories(directory.resolve("x"));
        Path file = directory.resolve("guest");
        Files.writeString(file, "precious");
        String named = line.replace("{}/..", directory.toString()).replace("{}", file.toString());
        assertThat(run(named.split(" +"))).isEqualTo(2);
        assertThat(told()).startsWith(message).hasLineCount(1);
        assertThat(file).hasContent("precious");
    }

    @Test
    void aMissingImageStartsNothing() {
        Path image = directory.resolve("image");
        assertThat(run("--migrate=tcp:127.0.0.1:1", "--memory-image=" + image)).isEqualTo(1);
        assertThat(told()).startsWith("Cannot load memory image " + image).hasLineCount(1);
    }

    @Test
    void aFileCannotAnswer() {
        Path file = directory.resolve("guest");
        assertThat(run("--memory=1M", "--capability=return-path", "--migrate=file:" + file))
                .isEqualTo(3);
        assertThat(told()).contains("Nothing comes back from a file");
        assertThat(file).doesNotExist();
    }

    @Test
    void nothingIsSavedForAPostcopy() {
        Path file = directory.resolve("guest");
        assertThat(run("--memory=1M", "--capability=postcopy-ram", "--migrate=file:" + file))
                .isEqualTo(3);
        assertThat(told()).contains("Nothing comes back from a file");
        assertThat(file).doesNotExist();
    }

    @Test
    void aGuestIsSavedToAFile() throws Exception {
        Path file = directory.resolve("guest");
        int code =
                run(
                        "--memory=1M",
                        "--workload=uniform,boot=1M,rate=1000",
                        "--migrate=file:" + file);
        assertThat(code).as(told()).isZero();
        assertThat(printed())
                .startsWith(
                        "migration completed: the guest is saved in %s, and ends with this process"
                                .formatted(file));
        assertThat(Files.size(file)).isGreaterThan(1 << 20);
    }

    @Test
    void aDestinationThatIsNotThereLeavesTheGuestHere() {
        Path nowhere = directory.resolve("nobody");
        assertThat(run("--memory=1M", "--migrate=unix:" + nowhere)).isEqualTo(3);
        assertThat(printed())
                .startsWith("migration failed: the guest has not moved, and ends with this process")
                .contains(
                        "reason     Failed to connect to '%s': No such file or directory"
                                .formatted(nowhere));
    }

    @Test
    void aPausedGuestStaysAsItWas() {
        String nowhere = "unix:" + directory.resolve("nobody");
        assertThat(run("--memory=1M", "--paused", "--migrate=" + nowhere)).isEqualTo(3);
        assertThat(printed())
                .startsWith(
                        "migration failed: the guest has not moved, is prelaunch as before, and ends");
    }

    @Test
    void aGuestThatCannotBeMigratedStays() {
        assertThat(run("--memory=1M", "--device=unmigratable", "--migrate=tcp:127.0.0.1:1"))
                .isEqualTo(3);
        assertThat(told()).startsWith("Cannot migrate: ").contains("'0000:00:02.0/unmigratable'");
    }
}
