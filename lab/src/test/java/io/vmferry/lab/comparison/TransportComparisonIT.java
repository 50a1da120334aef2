package io.vmferry.lab.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Nodes;
import io.vmferry.lab.process.OpenDescriptors;
import io.vmferry.lab.process.QmpClient;
import io.vmferry.lab.process.RealQemu;
import io.vmferry.machine.commands.DescriptorClient;
import io.vmferry.machine.descriptor.Descriptor;
import io.vmferry.protocol.profile.Profile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What becomes of a migration over a descriptor, a program or a file that is not what it should be:
 * replies, statuses, the guest and the name of the descriptor are compared with real QEMUs, and our
 * descriptors are counted. The text of an error-desc is our own.
 */
class TransportComparisonIT {

    private static final String QUERY = "{'execute':'query-migrate'}";

    private static final String[] OUTGOING = {
        "fd:directory",
        "fd:device",
        "fd:none",
        "fd:77",
        "fd:7x",
        "fd:closed",
        "fd:twice",
        "fd:reading-end",
        "fd:no-reader",
        "fd:no-peer",
        "fd:listening",
        "fd:unconnected",
        "exec:exit 3",
        "exec:/nosuch",
        "exec:head -c 100000 >/dev/null; exit 3",
        "exec:cat >/dev/null; exit 3",
        "exec:cat >/dev/null; head -c 200000 /dev/zero >&2",
        "vsock:3:1234",
        "vsock:x:1234",
        "vsock:3:y",
        "+file:/dev/fdset/9",
        "+file:/dev/fdset/x",
        "+file:/tmp",
        "+{'transport':'exec','args':['/nosuch','a']}",
        "+{'transport':'exec','args':['nosuch']}",
        "+{'transport':'socket','type':'fd','str':'none'}",
        "+{'transport':'socket','type':'vsock','cid':'3','port':'1234'}",
        "+{'transport':'socket','type':'vsock','cid':'x','port':'1234'}",
        "+{'transport':'socket','type':'unix','path':'nobody','abstract':true}",
        "+{'transport':'socket','type':'unix','path':'/nobody','tight':true}",
        "+{'transport':'socket','type':'unix','path':'nobody','abstract':true,'tight':false}"
    };

    private static final String[] INCOMING = {
        "fd:directory",
        "fd:none",
        "fd:7x",
        "fd:junk",
        "fd:cut",
        "exec:echo junkjunkjunk",
        "exec:head -c 300000 /dev/zero >&2; echo junkjunkjunk",
        "fd:closed",
        "vsock:7:1234",
        "+{'transport':'socket','type':'vsock','cid':'7','port':'1234'}",
        "+{'transport':'exec','args':['/nosuch','a']}",
        "+file:/dev/fdset/9",
        "+file:/dev/fdset/x",
        "+file:/tmp",
        "+file:/dev/null",
        "+file:/dev/zero"
    };

    private static final String[] STARTED = {
        "fd:none", "fd:7x", "vsock:x:1", "carrier:pigeon", "+file:/nosuch/file", "+file:/tmp"
    };

    /** On these a destination waits although nothing will ever come. */
    private static final String[] SILENT = {"fd:777", "fd:writing-end", "exec:exit 3"};

    private static final int QUESTIONS = 50;

    @TempDir Path directory;

    // ---- a source

    @ParameterizedTest
    @CsvSource({"QEMU_7_2", "QEMU_10_0", "QEMU_11_1"})
    void aSourceFailsAndGoesOnAsThatQemu(Profile profile) throws Exception {
        RealQemu real = ComparedSources.real(profile);
        new ComparedSources(profile, directory)
                .compare(real, ComparedAddresses.known(profile, OUTGOING), false);
    }

    // ---- a destination

    @ParameterizedTest
    @CsvSource({"QEMU_7_2", "QEMU_11_1"})
    void aDestinationRefusesOrEndsAsThatQemu(Profile profile) throws Exception {
        compareDestinations(profile, this::refusedOrEnded, INCOMING);
    }

    @ParameterizedTest
    @CsvSource({"QEMU_7_2", "QEMU_11_1"})
    void aDestinationWaitsForEverAsThatQemu(Profile profile) throws Exception {
        compareDestinations(profile, this::refusedOrWaiting, SILENT);
    }

    private interface Observation {
        String of(ChildProcess process, DescriptorClient client, String reply) throws Exception;
    }

    private void compareDestinations(Profile profile, Observation observation, String... tried)
            throws Exception {
        RealQemu qemu = ComparedSources.real(profile);
        List<String> theirs = new ArrayList<>();
        List<String> ours = new ArrayList<>();
        for (String address : ComparedAddresses.known(profile, tried)) {
            Path monitor = directory.resolve("qemu.qmp");
            try (ChildProcess process =
                    qemu.start(directory, 4, monitor, Optional.empty(), "-incoming", "defer")) {
                theirs.add(received(process, monitor, address, observation, false));
            }
            Path our = directory.resolve("our.qmp");
            String[] options = ComparedSources.options(profile, our, "--incoming", "defer");
            try (ChildProcess process = Nodes.destination(directory, "ours", options)) {
                QmpClient.connect(process, our).close();
                ours.add(received(process, our, address, observation, true));
            }
        }
        assertThat(ours).isEqualTo(theirs);
    }

    private String received(
            ChildProcess process,
            Path monitor,
            String address,
            Observation observation,
            boolean counted)
            throws Exception {
        try (DescriptorClient client = new DescriptorClient(monitor)) {
            OpenDescriptors before = OpenDescriptors.of(process);
            List<Descriptor> kept = new ComparedAddresses(directory).give(client, address);
            String reply = client.ask(ComparedAddresses.command("migrate-incoming", address));
            String seen = observation.of(process, client, reply);
            kept.forEach(Descriptor::close);
            if (counted && process.process().isAlive()) {
                client.ask("{'execute':'closefd','arguments':{'fdname':'given'}}");
                before.awaitSame(() -> client.ask(QUERY));
            }
            return address + ": " + seen;
        } finally {
            Files.deleteIfExists(monitor);
        }
    }

    private String refusedOrEnded(ChildProcess process, DescriptorClient client, String reply)
            throws Exception {
        return reply.equals("{}")
                ? "exits with " + process.exitCode()
                : reply + ", " + client.ask(QUERY);
    }

    /** A migration that fails ends the process, which could answer no more. */
    private String refusedOrWaiting(ChildProcess process, DescriptorClient client, String reply)
            throws Exception {
        String report = "";
        for (int i = 0; i < QUESTIONS; i++) {
            report = client.ask(QUERY);
        }
        client.ask("{'execute':'quit'}");
        return "%s, %s, exits with %d".formatted(reply, report, process.exitCode());
    }

    // ---- a destination that is started with an address

    /** Refused with QEMU's words and exit code, or read and given up. */
    @ParameterizedTest
    @CsvSource({"QEMU_7_2", "QEMU_11_1"})
    void aDestinationDoesNotStartOnWhatIsNoSource(Profile profile) throws Exception {
        RealQemu qemu = ComparedSources.real(profile);
        for (String address : ComparedAddresses.known(profile, STARTED)) {
            List<String> command =
                    List.of(qemu.program(), "-M", "none", "-nodefaults", "-display", "none");
            String theirs;
            try (ChildProcess process =
                    ChildProcess.start(
                            directory,
                            "qemu",
                            Stream.concat(command.stream(), Stream.of("-incoming", address))
                                    .toList())) {
                assertThat(process.exitCode()).as(address).isEqualTo(1);
                theirs = process.stderr();
            }
            Path our = directory.resolve("our.qmp");
            String[] options = ComparedSources.options(profile, our, "--incoming", address);
            try (ChildProcess process = Nodes.destination(directory, "ours", options)) {
                assertThat(process.exitCode()).as(address).isEqualTo(1);
                assertThat(process.stderr()).contains(reason(theirs, address));
            }
        }
    }

    /** Why QEMU does not take an address; empty if that is what it has read from there. */
    private static String reason(String stderr, String address) {
        String before = "-incoming " + address + ": ";
        return stderr.lines()
                .filter(line -> line.contains(before))
                .map(line -> line.substring(line.indexOf(before) + before.length()))
                .findFirst()
                .orElse("");
    }
}
