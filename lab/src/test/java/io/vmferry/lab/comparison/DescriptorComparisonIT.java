package io.vmferry.lab.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Nodes;
import io.vmferry.lab.process.QmpClient;
import io.vmferry.lab.process.RealQemu;
import io.vmferry.machine.commands.DescriptorClient;
import io.vmferry.machine.descriptor.Descriptor;
import io.vmferry.machine.descriptor.TestDescriptors;
import io.vmferry.protocol.profile.Profile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What clients say with descriptors and hear, and how many descriptors the process then holds, is
 * compared with real QEMUs.
 */
class DescriptorComparisonIT {

    /** A number of descriptors and the command that they are sent with; a line is one client's. */
    private static final String[] CLIENTS = {
        "0 getfd a|1 getfd a|1 getfd a|1 getfd 1a|1 getfd|0 closefd|3 getfd b|0 getfd c|0 closefd z"
                + "|0 closefd b|0 closefd b",
        "1 query-status|0 getfd d|2 query-status|1 query-status|17 query-status|20 getfd e|0 getfd f",
        "2 query-status",
        "0 getfd g|0 closefd a|0 add-fd|1 add-fd -1|1 add-fd|1 add-fd 4|1 add-fd|2 add-fd 0"
                + "|0 query-fdsets|0 remove-fd 9|0 remove-fd -1|0 remove-fd 4|0 query-fdsets"
                + "|0 remove-fd 4|0 query-fdsets",
        "0 query-fdsets|1 add-fd 7|0 hmp getfd a|1 hmp getfd a|0 hmp closefd d",
        "0 closefd d|0 cont|0 query-fdsets|0 remove-fd 7|0 query-fdsets|1 add-fd",
        "0 query-fdsets"
    };

    @TempDir Path directory;

    private Path file;

    @BeforeEach
    void makeFile() throws IOException {
        file = Files.writeString(directory.resolve("file"), "content");
    }

    @ParameterizedTest
    @CsvSource({
        "QEMU_7_2, false",
        "QEMU_7_2, true",
        "QEMU_10_0, false",
        "QEMU_11_1, false",
        "QEMU_11_1, true"
    })
    void aClientWithDescriptorsSeesWhatThatQemuShows(Profile profile, boolean paused)
            throws Exception {
        Optional<RealQemu> qemu = RealQemu.of(profile);
        assumeTrue(
                qemu.isPresent(),
                "no real " + profile.text() + " here; scripts/real-qemu installs some");
        List<String> theirs = qemus(qemu.get(), paused);
        assertThat(ours(profile, paused)).isEqualTo(theirs);
        assertThat(theirs).hasSizeGreaterThan(40);
    }

    private List<String> qemus(RealQemu qemu, boolean paused) throws Exception {
        Path monitor = directory.resolve("qemu.qmp");
        String[] more = paused ? new String[] {"-S"} : new String[0];
        try (ChildProcess process =
                qemu.start(directory, ComparedNode.MEBIBYTES, monitor, Optional.empty(), more)) {
            return played(monitor, process.process().pid());
        }
    }

    private List<String> ours(Profile profile, boolean paused) throws Exception {
        Path monitor = directory.resolve("our.qmp");
        List<String> arguments =
                new ArrayList<>(List.of("--as-qemu", "--machine", "none", "--memory", "4M"));
        arguments.addAll(List.of("--profile", profile.text(), "--qmp", "unix:" + monitor));
        if (paused) {
            arguments.add("--paused");
        }
        try (ChildProcess process =
                Nodes.source(directory, "ours", arguments.toArray(String[]::new))) {
            // waits until it listens, which is after its file is there
            QmpClient.connect(process, monitor).close();
            return played(monitor, process.process().pid());
        }
    }

    private List<String> played(Path monitor, long pid) throws IOException {
        List<String> heard = new ArrayList<>();
        try (Descriptor sent = TestDescriptors.open(file, Descriptor.O_RDONLY)) {
            for (String steps : CLIENTS) {
                try (DescriptorClient client = new DescriptorClient(monitor)) {
                    // a reply of the engine, which has done by then what the last client left to it
                    client.ask("{'execute':'query-status'}");
                    heard.add("a client: " + held(pid));
                    for (String step : steps.split("\\|", -1)) {
                        heard.add(step + ": " + said(client, step, sent) + " " + held(pid));
                    }
                }
            }
        }
        return heard;
    }

    private static String said(DescriptorClient client, String step, Descriptor sent)
            throws IOException {
        String[] words = step.split(" ", 3);
        Descriptor[] along =
                Collections.nCopies(Integer.parseInt(words[0]), sent).toArray(Descriptor[]::new);
        String reply = client.ask(command(words[1], words.length > 2 ? words[2] : ""), along);
        if (words[1].equals("query-status")) {
            return "compared elsewhere";
        }
        return reply.replaceAll("\"fd\":\\d+", "\"fd\":N");
    }

    private static String command(String name, String argument) {
        return switch (name) {
            case "getfd", "closefd" ->
                    "{'execute':'%s','arguments':{'fdname':'%s'}}".formatted(name, argument);
            case "hmp" ->
                    "{'execute':'human-monitor-command','arguments':{'command-line':'%s'}}"
                            .formatted(argument);
            default ->
                    argument.isEmpty()
                            ? "{'execute':'%s'}".formatted(name)
                            : "{'execute':'%s','arguments':{'fdset-id':%s}}"
                                    .formatted(name, argument);
        };
    }

    /** How many descriptors of a process are open on the file. */
    private long held(long pid) throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            return open.filter(this::isOnFile).count();
        }
    }

    private boolean isOnFile(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).equals(file);
        } catch (IOException e) {
            return false; // closed meanwhile
        }
    }

    // ---- a monitor that is inherited

    private static final String INHERIT =
            """
            import os, socket, sys
            listening = socket.socket(socket.AF_UNIX)
            listening.bind(sys.argv[1])
            listening.listen()
            os.dup2(listening.fileno(), 9)
            os.execv(sys.argv[2], sys.argv[2:])
            """;

    @Test
    void aDaemonServesTheListeningSocketThatItsParentMade() throws Exception {
        assumeTrue(ChildProcess.installed("python3"), "no python3 here");
        Path monitor = directory.resolve("inherited.qmp");
        List<String> command =
                List.of(
                        "python3",
                        "-c",
                        INHERIT,
                        monitor.toString(),
                        Nodes.scripts().resolve("source-node").toString(),
                        "--memory",
                        "4M",
                        "--qmp",
                        "fd:9,server=on,wait=off");
        try (ChildProcess process = ChildProcess.start(directory, "inheritor", command);
                Descriptor sent = TestDescriptors.open(file, Descriptor.O_RDONLY)) {
            process.awaitFile(monitor);
            for (int i = 0; i < 2; i++) {
                try (DescriptorClient client = new DescriptorClient(monitor)) {
                    assertThat(client.ask(command("getfd", "a"), sent)).isEqualTo("{}");
                    assertThat(held(process.process().pid())).isEqualTo(1);
                }
            }
        }
    }
}
