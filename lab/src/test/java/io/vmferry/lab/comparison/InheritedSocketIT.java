package io.vmferry.lab.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Nodes;
import io.vmferry.lab.process.RealQemu;
import io.vmferry.protocol.profile.Profile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A monitor on an inherited descriptor that cannot be one: a daemon does not start, with the words
 * of a QEMU that is given the same as {@code -chardev socket,fd=9,server=on}.
 */
class InheritedSocketIT {

    /** How a shell opens descriptor 9; {@code PORT} is one that somebody listens on. */
    private static final List<String> WRONG =
            List.of(
                    "exec 9<&-",
                    "exec 9</dev/null",
                    "exec 9<.",
                    "exec 9< <(:)",
                    "exec 9<>/dev/tcp/127.0.0.1/PORT");

    @TempDir Path directory;

    @ParameterizedTest
    @EnumSource(names = {"QEMU_7_2", "QEMU_11_1"})
    void whatIsNoListeningSocketIsRefusedAsByThatQemu(Profile profile) throws Exception {
        RealQemu real = ComparedSources.real(profile);
        try (ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            for (String opening : WRONG) {
                String opened = opening.replace("PORT", "" + listening.getLocalPort());
                String theirs =
                        refused(
                                opened,
                                List.of(
                                        real.program(),
                                        "-M",
                                        "none",
                                        "-nodefaults",
                                        "-display",
                                        "none",
                                        "-chardev",
                                        "socket,id=m,fd=9,server=on,wait=off"));
                String reason = theirs.substring(theirs.indexOf("wait=off: ") + 10);
                assertThat(refused(opened, ours("fd:9"))).as(opening).contains(reason);
            }
        }
    }

    private static List<String> ours(String... monitors) {
        List<String> command = new ArrayList<>();
        command.add(Nodes.scripts().resolve("source-node").toString());
        command.addAll(List.of("--memory", "4M"));
        for (String monitor : monitors) {
            command.addAll(List.of("--qmp", monitor));
        }
        return command;
    }

    /** What a program says that does not start with descriptor 9. */
    private String refused(String opening, List<String> command) throws Exception {
        List<String> shell =
                new ArrayList<>(List.of("bash", "-c", opening + "; exec \"$@\"", "sh"));
        shell.addAll(command);
        try (ChildProcess process = ChildProcess.start(directory, "inheritor", shell)) {
            assertThat(process.exitCode()).as(opening).isIn(1, 2);
            assertThat(process.stderr().strip().lines()).as(opening).hasSize(1);
            return process.stderr().strip();
        }
    }

    private static final String LISTENING =
            """
            import os, socket, sys
            listening = socket.socket(socket.AF_UNIX)
            listening.bind(sys.argv[1])
            listening.listen()
            os.dup2(listening.fileno(), 9)
            os.execv(sys.argv[2], sys.argv[2:])
            """;

    @Test
    void aDescriptorIsAMonitorOnce() throws Exception {
        assumeTrue(ChildProcess.installed("python3"), "no python3 here");
        List<String> command = new ArrayList<>(List.of("python3", "-c", LISTENING));
        command.add(directory.resolve("inherited.qmp").toString());
        command.addAll(ours("fd:9", "fd:9"));
        try (ChildProcess process = ChildProcess.start(directory, "inheritor", command)) {
            assertThat(process.exitCode()).isEqualTo(1);
            assertThat(process.stderr().strip().lines())
                    .last()
                    .isEqualTo(
                            "Cannot open monitor fd:9: Descriptor 9 was not inherited, or is in use");
        }
    }
}
