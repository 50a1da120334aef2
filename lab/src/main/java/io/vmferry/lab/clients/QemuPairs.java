package io.vmferry.lab.clients;

import com.fasterxml.jackson.databind.JsonNode;
import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Nodes;
import io.vmferry.lab.process.RealNode;
import io.vmferry.lab.process.RealQemu;
import io.vmferry.machine.commandline.Invocation;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Profile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.regex.Pattern;

/**
 * Pairs of two real QEMUs of one version, with machine {@code none}. Faults come from the fault
 * proxy between them, so that these pairs have only the situations that a link can bring about.
 */
record QemuPairs(RealQemu qemu, String number, Profile profile) implements Pairs {

    private static final int MEBIBYTES = 64;
    private static final int RANDOM_MEBIBYTES = 48;

    /** Slow, so that others have time to act before the end. */
    private static final String BANDWIDTH =
            "{\"max-bandwidth\": 16777216, \"max-postcopy-bandwidth\": 16777216}";

    /**
     * The QEMU of a version.
     *
     * @param version {@code 11.1}, or {@code 11} for any of that number
     * @throws IllegalArgumentException when there is none
     */
    static QemuPairs of(String version) throws IOException, InterruptedException {
        if (!version.matches("\\d+(\\.\\d+)?")) {
            throw new IllegalArgumentException(
                    "--real-qemu: expected a version as 7.2 or 11, not '%s'".formatted(version));
        }
        RealQemu qemu =
                RealQemu.of(version)
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        "No QEMU %s is installed: %s installs 10 and 11"
                                                .formatted(
                                                        version,
                                                        Invocation.asTyped(
                                                                "{vmferry} real-qemu"))));
        Profile profile =
                qemu.profile()
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        "No profile is like the QEMU %s that is installed"
                                                .formatted(version)));
        return new QemuPairs(qemu, qemu.version(), profile);
    }

    @Override
    public String version() {
        return "QEMU " + number;
    }

    @Override
    public boolean has(Situation situation) {
        return situation.link().isPresent() && situation.isIn(profile);
    }

    @Override
    public ClientPair start(Situation situation, int holdMillis, boolean tcp, Path directory)
            throws IOException, InterruptedException {
        Path image = directory.resolve("image");
        writeImage(image);
        List<ChildProcess> started = new ArrayList<>();
        try {
            RealNode destination = node(directory, "destination", Optional.empty(), started);
            RealNode source = node(directory, "source", Optional.of(image), started);
            demand(source, "migrate-set-parameters", BANDWIDTH);
            switchOn(destination, situation.destination());
            switchOn(source, situation.source());
            String uri = tcp ? "tcp:127.0.0.1:0" : "unix:" + directory.resolve("migrate");
            demand(destination, "migrate-incoming", "{\"uri\": \"%s\"}".formatted(uri));
            String listening = tcp ? ClientPair.bound(destination) : uri;
            List<String> faults = Situation.filled(situation.link().orElseThrow(), holdMillis);
            if (!faults.isEmpty()) {
                listening = proxy(directory, tcp, listening, faults, started);
            }
            return new ClientPair(
                    directory,
                    listening,
                    source,
                    destination,
                    new QemuMemory(image, directory, source, destination, List.copyOf(started)));
        } catch (IOException | InterruptedException | RuntimeException | AssertionError e) {
            closeAll(started);
            throw e;
        }
    }

    /** Writes random content, followed by zeros. */
    private static void writeImage(Path image) throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        byte[] mebibyte = new byte[1 << 20];
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            for (int i = 0; i < RANDOM_MEBIBYTES; i++) {
                random.nextBytes(mebibyte);
                file.write(mebibyte);
            }
            file.setLength((long) MEBIBYTES << 20);
        }
    }

    private RealNode node(
            Path directory, String name, Optional<Path> image, List<ChildProcess> started)
            throws IOException, InterruptedException {
        Path own = ClientPair.monitor(directory, name + ".own");
        List<String> arguments = new ArrayList<>();
        arguments.addAll(List.of("-qmp", "unix:%s,server=on,wait=off".formatted(own)));
        if (image.isEmpty()) {
            arguments.addAll(List.of("-incoming", "defer"));
        }
        ChildProcess process =
                qemu.start(
                        Files.createDirectory(directory.resolve(name)),
                        MEBIBYTES,
                        ClientPair.monitor(directory, name),
                        image,
                        arguments.toArray(String[]::new));
        started.add(process);
        return new RealNode(process, own);
    }

    /** Takes the capabilities from a daemon's options. */
    private static void switchOn(RealNode node, List<String> options)
            throws IOException, InterruptedException {
        List<String> names = new ArrayList<>(List.of(Capability.EVENTS.text()));
        for (int i = 0; i + 1 < options.size(); i++) {
            if (options.get(i).equals("--capability")) {
                names.add(options.get(i + 1));
            }
        }
        for (String name : names) {
            demand(
                    node,
                    "migrate-set-capabilities",
                    "{\"capabilities\": [{\"capability\": \"%s\", \"state\": true}]}"
                            .formatted(name));
        }
    }

    private static void demand(RealNode node, String command, String arguments)
            throws IOException, InterruptedException {
        JsonNode reply = node.tell(command, arguments);
        if (!reply.has("return")) {
            throw new IOException(
                    "QEMU refuses %s %s: %s"
                            .formatted(command, arguments, reply.at("/error/desc").asText()));
        }
    }

    private static String proxy(
            Path directory,
            boolean tcp,
            String target,
            List<String> faults,
            List<ChildProcess> started)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Nodes.scripts().resolve("fault-proxy").toString());
        command.addAll(
                List.of("--listen", tcp ? "tcp:127.0.0.1:0" : "unix:" + directory + "/link"));
        command.addAll(List.of("--to", target));
        faults.forEach(fault -> command.addAll(List.of("--fault", fault)));
        ChildProcess proxy = ChildProcess.start(directory, "proxy", command);
        started.add(proxy);
        return proxy.awaitLine(Pattern.compile("listening on (.*)")).group(1);
    }

    private static void closeAll(List<ChildProcess> started) throws IOException {
        for (ChildProcess process : started.reversed()) {
            process.close();
        }
    }

    /**
     * Compares the memory at the destination with the image: nothing writes to the memory of
     * machine none.
     */
    private record QemuMemory(
            Path image,
            Path directory,
            RealNode source,
            RealNode destination,
            List<ChildProcess> started)
            implements ClientPair.GuestProof {

        @Override
        public boolean had(String status) {
            return true;
        }

        @Override
        public boolean ran() throws InterruptedException {
            return ClientPair.handedOver(source.status());
        }

        @Override
        public boolean whole() throws IOException, InterruptedException {
            Path arrived = directory.resolve("arrived");
            demand(
                    destination,
                    "pmemsave",
                    "{\"val\": 0, \"size\": %d, \"filename\": \"%s\"}"
                            .formatted(MEBIBYTES << 20, arrived));
            return Files.mismatch(image, arrived) < 0;
        }

        @Override
        public void close() throws IOException {
            closeAll(started);
        }
    }
}
