package io.vmferry.lab.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Nodes;
import io.vmferry.lab.process.QmpClient;
import io.vmferry.lab.process.RealQemu;
import io.vmferry.protocol.Named;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The same migration between two real QEMUs and between two of our daemons, both directions
 * recorded: a parser sees the same elements with the same ids, the same description and the same
 * answers.
 */
class RealStreamIT {

    private static final int MEBIBYTES = 16;

    /** So slow that precopy is not complete before postcopy is started. */
    private static final long SLOW = 8 << 20;

    /** The bytes of the connection. */
    private record Recorded(List<String> stream, List<ReturnPathMessage> answers) {}

    /** A pair of the same make. */
    private record StreamPair(ChildProcess source, ChildProcess destination)
            implements AutoCloseable {

        @Override
        public void close() throws IOException {
            source.close();
            destination.close();
        }
    }

    @TempDir Path directory;
    private Path image;

    @BeforeEach
    void content() throws IOException {
        byte[] bytes = new byte[MEBIBYTES << 20];
        new SplittableRandom(3).nextBytes(bytes);
        image = Files.write(directory.resolve("ram.img"), bytes);
    }

    @ParameterizedTest
    @CsvSource({
        "qemu-7.2, events",
        "qemu-7.2, return-path",
        "qemu-7.2, postcopy-ram",
        "qemu-10.0, events",
        "qemu-10.0, return-path",
        "qemu-10.0, postcopy-ram",
        "qemu-11.1, events",
        "qemu-11.1, return-path",
        "qemu-11.1, postcopy-ram",
    })
    void ofOneCapability(String profileName, String capability) throws Exception {
        Profile profile = Named.find(Profile.class, profileName).orElseThrow();
        Optional<RealQemu> qemu = RealQemu.of(profile);
        assumeTrue(qemu.isPresent(), () -> "no QEMU that " + profileName + " is like");
        Path theirs = Files.createDirectory(directory.resolve("q"));
        Path ours = Files.createDirectory(directory.resolve("o"));
        Recorded real = recorded(real(qemu.get(), theirs), theirs, profile, capability);
        Recorded own = recorded(ours(profile, ours), ours, profile, capability);
        assertThat(own.stream).isEqualTo(real.stream);
        ReturnPathAnswers.assertSame(own.answers, real.answers);
    }

    private StreamPair real(RealQemu qemu, Path at) throws Exception {
        Path source = Files.createDirectory(at.resolve("source"));
        Path destination = Files.createDirectory(at.resolve("destination"));
        return new StreamPair(
                qemu.start(source, MEBIBYTES, monitor(at, "source"), Optional.of(image)),
                qemu.start(
                        destination,
                        MEBIBYTES,
                        monitor(at, "destination"),
                        Optional.empty(),
                        "-incoming",
                        "defer"));
    }

    private StreamPair ours(Profile profile, Path at) throws IOException {
        String source = "--return-path inline --memory-image " + image;
        return new StreamPair(
                Nodes.source(at, "source", options(profile, at, "source", source)),
                Nodes.destination(
                        at,
                        "destination",
                        options(profile, at, "destination", "--incoming defer")));
    }

    private static String[] options(Profile profile, Path at, String name, String own) {
        String all =
                "--machine none --memory %dM --profile %s --qmp unix:%s %s"
                        .formatted(MEBIBYTES, profile.text(), monitor(at, name), own);
        return Arrays.stream(all.split(" ")).toArray(String[]::new);
    }

    private static Path monitor(Path at, String name) {
        return at.resolve(name + ".qmp");
    }

    private static Recorded recorded(StreamPair pair, Path at, Profile profile, String capability)
            throws Exception {
        try (pair;
                QmpClient source = QmpClient.connect(pair.source, monitor(at, "source"));
                QmpClient destination =
                        QmpClient.connect(pair.destination, monitor(at, "destination"))) {
            for (QmpClient side : List.of(source, destination)) {
                enable(side, "events");
                enable(side, capability);
            }
            destination.execute("migrate-incoming", "{\"uri\": \"tcp:127.0.0.1:0\"}");
            int port = destination.execute("query-migrate").at("/socket-address/0/port").asInt();
            source.execute("migrate-set-parameters", "{\"max-bandwidth\": %d}".formatted(SLOW));
            try (RecordingProxy proxy = new RecordingProxy(port)) {
                source.execute("migrate", "{\"uri\": \"" + proxy.uri() + "\"}");
                source.awaitMigration("active");
                if (capability.equals("postcopy-ram")) {
                    source.execute("migrate-start-postcopy");
                }
                source.awaitMigration("completed");
                byte[] stream = proxy.stream().get(1, TimeUnit.MINUTES);
                return new Recorded(
                        StreamStructure.of(stream, profile),
                        ReturnPathAnswers.messages(proxy.answers()));
            }
        }
    }

    private static void enable(QmpClient side, String capability) throws InterruptedException {
        side.execute(
                "migrate-set-capabilities",
                "{\"capabilities\": [{\"capability\": \"%s\", \"state\": true}]}"
                        .formatted(capability));
    }
}
