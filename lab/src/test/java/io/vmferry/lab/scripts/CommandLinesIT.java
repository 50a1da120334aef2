package io.vmferry.lab.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Nodes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Help, version and wrong words at the command line of every script. */
class CommandLinesIT {

    @TempDir Path directory;

    private int exitCode;
    private String stdout = "";
    private String stderr = "";

    private void run(String script, String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of(Nodes.scripts().resolve(script).toString()));
        command.addAll(List.of(words));
        try (ChildProcess run = ChildProcess.start(directory, "script", command)) {
            exitCode = run.exitCode();
            stdout = run.stdout();
            stderr = run.stderr();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "vmferry",
                "source-node",
                "dest-node",
                "qmp",
                "fault-proxy",
                "faults",
                "matrix",
                "clients",
                "fuzz",
                "bench",
                "races",
                "test",
                "real-qemu",
                "tls-credentials",
                "docker/build",
                "docker/engine",
                "demo",
                "demo-kill-destination",
                "demo-recovery",
                "demo-half-open",
                "record"
            })
    void everyScriptHasHelpAndRefusesAnUnknownOption(String script) throws Exception {
        run(script, "--help");
        assertThat(exitCode).as(stderr).isZero();
        assertThat(stderr).isEmpty();
        assertThat(stdout).contains("Usage: scripts/" + script);
        assertThat(stdout.lines()).allMatch(line -> line.length() <= 80);

        run(script, "--hepl");
        assertThat(exitCode).isEqualTo(2);
        assertThat(stdout).isEmpty();
        assertThat(stderr)
                .isEqualTo(
                        "Unknown option: '--hepl', did you mean '--help'? Try 'scripts/%s --help'.%n"
                                .formatted(script));
    }

    @ParameterizedTest
    @ValueSource(strings = {"vmferry", "source-node", "demo", "matrix"})
    void everyScriptHasAVersion(String script) throws Exception {
        run(script, "--version");
        assertThat(exitCode).as(stderr).isZero();
        assertThat(stdout).hasLineCount(1).startsWith("vmferry ").contains("(commit ", "Java 2");
    }

    @ParameterizedTest
    @CsvSource({
        "vmferry, sorce, Unknown command: 'sorce'; did you mean 'source'?",
        "vmferry, source --memroy=1M, Unknown option: '--memroy=1M'; did you mean '--memory'?",
        "vmferry, help source x, Unexpected argument 'x'.",
        "vmferry, docker bild, Unknown command of docker: 'bild'; did you mean 'build'?",
        "vmferry, docker, 'A command is missing: build or engine.'",
        "demo, 64M 2, 'Expected one size at most, got ''2'' too.'",
        "demo, foo, 'Expected the size of the guest as 256M or 1G, got ''foo''.'",
        "faults, --list opening:kill, --list takes no fault.",
        "faults, --at sourc opening:kill, Unknown --at 'sourc'; did you mean 'source': expected one of",
        "faults, --at source package-snt:kill, there is no place 'package-snt'; did you mean 'package-sent'",
        "faults, --at source nowhere:kill, there is no place 'nowhere': scripts/vmferry faults lists them.",
        "faults, --at source package-sent:rest, there is no action 'rest'; did you mean 'reset'",
        "test, foo, Unexpected argument 'foo'.",
        "test, KillSoak, Unexpected argument 'KillSoak'.",
        "test, --soak KilSoak, Unknown soak: 'KilSoak'; did you mean 'KillSoak'?",
        "races, -x, Unknown option: '-x'.",
        "races, -iters 2 foo, Unexpected argument 'foo'.",
        "bench, --jhm, Unknown option: '--jhm'; did you mean '--jmh'?",
        "bench, --profile /dev/null/x, --profile: the folder '/dev/null/x' cannot be made.",
        "fuzz, --jazer stream, Unknown option: '--jazer'; did you mean '--jazzer'?",
        "fuzz, --jazzer steam, Unknown target: 'steam'; did you mean 'stream'?",
        "fault-proxy, --list --trace, --trace does not go with --list.",
        "fuzz, --list --seed 1, --seed does not go with --list.",
        "source-node, --migrate 127.0.0.1:1, did you mean 'tcp:127.0.0.1:1'?",
        "dest-node, --incoming tcp://127.0.0.1:1, did you mean 'tcp:127.0.0.1:1'?",
        "vmferry, source-node --version, Unknown command: 'source-node'; did you mean 'source'?",
        "source-node, --migrate tcp:a:1 --qmp-remote, --qmp-remote is for a monitor",
        "source-node, --migrate tcp:a:1 --profile qemu-10.1, did you mean 'qemu-10.0'",
        "matrix, --course precopy --at source --fault opening:kill --html x, --html does not go with --fault",
        "real-qemu, 10 11, 'One VERSION or SUITE, not ''11'' too.'"
    })
    void aWrongWordIsSaidInALine(String script, String words, String complaint) throws Exception {
        run(script, words.split(" ", -1));
        assertThat(exitCode).as(stderr).isEqualTo(2);
        assertThat(stderr)
                .hasLineCount(1)
                .contains(complaint.replace("; did", ", did"))
                .containsPattern("Try 'scripts/[^']* --help'\\.$");
    }

    @Test
    void noCommandIsOneLineToo() throws Exception {
        run("vmferry");
        assertThat(exitCode).isEqualTo(2);
        assertThat(stderr)
                .isEqualTo(
                        "A COMMAND is missing, for example source, dest or demo."
                                + " Try 'scripts/vmferry --help'.%n".formatted());
        run("vmferry", "docker", "help");
        assertThat(exitCode).as(stderr).isZero();
        assertThat(stdout).startsWith("Usage: scripts/vmferry docker build|engine");
    }

    @Test
    void aCommandIsCalledAsItWasTyped() throws Exception {
        run("vmferry", "help", "dest");
        assertThat(stdout)
                .startsWith("Usage: scripts/vmferry dest [OPTION]...")
                .contains("\n  scripts/vmferry dest --memory");
        run("vmferry", "help", "docker", "build");
        assertThat(stdout).contains("Usage: scripts/vmferry docker build");
        run("vmferry", "help", "clients", "run");
        assertThat(stdout).startsWith("Usage: scripts/vmferry clients run");
        run("vmferry", "clients", "list", "-V");
        assertThat(stdout).startsWith("vmferry ");
        run("vmferry", "docker", "--version");
        assertThat(stdout).startsWith("vmferry ");
        run("vmferry", "demo", "--help");
        assertThat(stdout).contains("Usage: scripts/vmferry demo [MEMORY]");
    }
}
