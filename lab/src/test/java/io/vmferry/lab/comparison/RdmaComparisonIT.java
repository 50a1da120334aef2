package io.vmferry.lab.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Nodes;
import io.vmferry.lab.process.QmpClient;
import io.vmferry.lab.process.RealQemu;
import io.vmferry.machine.commands.DescriptorClient;
import io.vmferry.protocol.profile.Profile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Addresses of RDMA, compared with real QEMUs that were built without it: those for microVMs, which
 * Debian has beside the others.
 */
class RdmaComparisonIT {

    private static final String SUFFIX = "-microvm";

    /** Without a port a QEMU of 10.0 or later crashes. */
    private static final String[] TRIED = {
        "rdma:h:1", "+{'transport':'rdma','host':'h','port':'1'}"
    };

    @TempDir Path directory;

    /** The build without RDMA of the same version. */
    private RealQemu real(Profile profile) throws Exception {
        String program = ComparedSources.real(profile).program();
        Path launcher = Path.of(program);
        if (!launcher.isAbsolute()) {
            assumeTrue(ChildProcess.installed(program + SUFFIX), "no " + program + SUFFIX);
            return new RealQemu(program + SUFFIX);
        }
        // the script that scripts/real-qemu has made, with the other program
        String name = "/" + launcher.getFileName() + "'";
        String script = Files.readString(launcher).replace(name, name.replace("'", SUFFIX + "'"));
        Path without = Files.writeString(directory.resolve("without-rdma"), script);
        assertThat(without.toFile().setExecutable(true)).isTrue();
        return new RealQemu(without.toString());
    }

    @ParameterizedTest
    @CsvSource({"QEMU_7_2", "QEMU_10_0", "QEMU_11_1"})
    void aSourceRefusesItAsThatQemu(Profile profile) throws Exception {
        new ComparedSources(profile, directory)
                .compare(real(profile), ComparedAddresses.known(profile, TRIED), false);
    }

    @ParameterizedTest
    @CsvSource({"QEMU_7_2", "QEMU_10_0", "QEMU_11_1"})
    void aDestinationRefusesItAsThatQemu(Profile profile) throws Exception {
        RealQemu real = real(profile);
        List<String> theirs = new ArrayList<>();
        List<String> ours = new ArrayList<>();
        for (String address : ComparedAddresses.known(profile, TRIED)) {
            Path monitor = directory.resolve("qemu.qmp");
            try (ChildProcess _ =
                    real.start(directory, 4, monitor, Optional.empty(), "-incoming", "defer")) {
                theirs.add(refused(monitor, address));
            }
            Path our = directory.resolve("our.qmp");
            String[] options = ComparedSources.options(profile, our, "--incoming", "defer");
            try (ChildProcess process = Nodes.destination(directory, "ours", options)) {
                QmpClient.connect(process, our).close();
                ours.add(refused(our, address));
            }
        }
        assertThat(ours).isEqualTo(theirs);
    }

    private static String refused(Path monitor, String address) throws IOException {
        try (DescriptorClient client = new DescriptorClient(monitor)) {
            return "%s: %s, %s, %s"
                    .formatted(
                            address,
                            client.ask(ComparedAddresses.command("migrate-incoming", address)),
                            client.ask("{'execute':'query-migrate'}"),
                            ComparedSources.runState(client));
        } finally {
            Files.delete(monitor);
        }
    }

    /** 10.0 prints a null where its monitor has the address. */
    @ParameterizedTest
    @CsvSource({
        "QEMU_7_2, rdma:h:1",
        "QEMU_7_2, rdma:h",
        "QEMU_10_0, rdma:h",
        "QEMU_11_1, rdma:h:1",
        "QEMU_11_1, rdma:h"
    })
    void aDestinationDoesNotStartWithIt(Profile profile, String address) throws Exception {
        String theirs;
        List<String> command =
                List.of(
                        real(profile).program(),
                        "-M",
                        "none",
                        "-nodefaults",
                        "-display",
                        "none",
                        "-incoming",
                        address);
        try (ChildProcess process = ChildProcess.start(directory, "qemu", command)) {
            assertThat(process.exitCode()).isEqualTo(1);
            theirs = process.stderr().strip();
        }
        String[] options =
                ComparedSources.options(
                        profile, directory.resolve("our.qmp"), "--incoming", address);
        try (ChildProcess process = Nodes.destination(directory, "ours", options)) {
            assertThat(process.exitCode()).isEqualTo(1);
            String before = "-incoming " + address + ": ";
            assertThat(theirs).contains(before);
            assertThat(process.stderr())
                    .contains(theirs.substring(theirs.indexOf(before) + before.length()));
        }
    }
}
