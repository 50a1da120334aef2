package io.vmferry.lab.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Nodes;
import io.vmferry.lab.process.RealQemu;
import io.vmferry.lab.process.TlsFolder;
import io.vmferry.protocol.profile.Profile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Credentials that a process may not read: a daemon does not start, with the words of QEMU. */
class UnreadableCredentialsIT {

    private static final List<String> FILES =
            List.of("ca-cert.pem", "server-cert.pem", "server-key.pem", "keys.psk");

    /** Root without the capabilities that make rights of files meaningless to it. */
    private static final List<String> WITHOUT_PRIVILEGE =
            List.of("setpriv", "--bounding-set", "-dac_override,-dac_read_search");

    @TempDir static Path shared;
    private static Path folder;

    @TempDir Path directory;

    @BeforeAll
    static void makeFolder() throws Exception {
        assumeTrue(ChildProcess.installed("setpriv"), "no setpriv here");
        folder = TlsFolder.make(shared.resolve("tls")).path();
    }

    @ParameterizedTest
    @EnumSource(names = {"QEMU_7_2", "QEMU_11_1"})
    void theReasonIsThatQemus(Profile profile) throws Exception {
        RealQemu real = ComparedSources.real(profile);
        for (String file : FILES) {
            Files.setPosixFilePermissions(
                    folder.resolve(file), PosixFilePermissions.fromString("---------"));
            String object =
                    "tls-creds-%s,id=tls0,endpoint=server,dir=%s"
                            .formatted(file.equals("keys.psk") ? "psk" : "x509", folder);
            String theirs =
                    refused(
                            List.of(
                                    real.program(),
                                    "-M",
                                    "none",
                                    "-nodefaults",
                                    "-display",
                                    "none",
                                    "-object",
                                    object));
            String reason = theirs.substring(theirs.indexOf(": ") + 2);
            assertThat(refused(ours(profile, object))).as(file).contains(reason);
            Files.setPosixFilePermissions(
                    folder.resolve(file), PosixFilePermissions.fromString("rw-------"));
        }
    }

    private static List<String> ours(Profile profile, String object) {
        return List.of(
                Nodes.scripts().resolve("dest-node").toString(),
                "--memory",
                "4M",
                "--profile",
                profile.text(),
                "--incoming",
                "tcp:127.0.0.1:0",
                "--object",
                object);
    }

    /** What a program says that does not start. */
    private String refused(List<String> program) throws Exception {
        List<String> command = new ArrayList<>(WITHOUT_PRIVILEGE);
        command.addAll(program);
        try (ChildProcess process = ChildProcess.start(directory, "refused", command)) {
            assertThat(process.exitCode()).as("%s", program).isIn(1, 2);
            assertThat(process.stderr().strip().lines()).as("%s", program).hasSize(1);
            return process.stderr().strip();
        }
    }
}
