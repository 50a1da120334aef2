package io.vmferry.lab.pair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmferry.lab.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of docs/test-double.md work as described. */
class ProgramExamplesIT {

    private static final String PAIR = "scripts/dest-node   --memory 256M --incoming defer";
    private static final String CLIENT = "scripts/qmp --wait /tmp/dst.qmp";

    @TempDir Path directory;
    private final List<ChildProcess> started = new ArrayList<>();
    private ChildProcess destination;
    private ChildProcess source;

    @BeforeEach
    void startAsPrinted() throws Exception {
        List<String> lines = ProgramExamples.example(PAIR, directory).lines().toList();
        assertThat(lines).hasSize(2);
        destination = bash("destination", "exec " + lines.get(0));
        source = bash("source", "exec " + lines.get(1));
        new DaemonProcess(destination, directory.resolve("dst.qmp")).awaitMonitor();
        new DaemonProcess(source, directory.resolve("src.qmp")).awaitMonitor();
    }

    @AfterEach
    void close() {
        started.forEach(ChildProcess::close);
    }

    @Test
    void theClientOfVmferry() throws Exception {
        String said = run(bash("client", ProgramExamples.example(CLIENT, directory)));
        assertThat(said).contains("\"event\": \"MIGRATION\"", "\"status\": \"completed\"");
        arrived();
    }

    @Test
    void plainJava() throws Exception {
        listen();
        Path program = directory.resolve("Migrate.java");
        Files.writeString(program, ProgramExamples.example("void main()", directory));
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String said = run(start("client", List.of(java, program.toString())));
        assertThat(said).contains("\"QMP\"", "\"status\": \"active\"", "\"status\": \"completed\"");
        arrived();
    }

    @Test
    void socat() throws Exception {
        assumeTrue(ChildProcess.installed("socat"), "socat is not installed");
        String said =
                run(bash("client", ProgramExamples.example("socat - UNIX-CONNECT", directory)));
        assertThat(said).contains("\"QMP\"", "\"status\": \"active\"");
        arrived();
    }

    private void listen() throws Exception {
        String first = ProgramExamples.example(CLIENT, directory).lines().findFirst().orElseThrow();
        assertThat(run(bash("listen", first))).isEqualTo("{}\n");
    }

    private void arrived() throws Exception {
        destination.awaitLine(Pattern.compile(".*Memory is what the guest last wrote.*"));
        source.awaitLine(Pattern.compile("migration completed: the guest has moved"));
    }

    private static String run(ChildProcess client) throws Exception {
        assertThat(client.exitCode()).as(client.stdout() + client.stderr()).isZero();
        return client.stdout();
    }

    private ChildProcess bash(String name, String script) throws IOException {
        return start(name, List.of("bash", "-c", script));
    }

    private ChildProcess start(String name, List<String> command) throws IOException {
        ChildProcess process = ChildProcess.start(directory, name, ProgramExamples.root(), command);
        started.add(process);
        return process;
    }
}
