package io.vmferry.lab.comparison;

import io.vmferry.lab.process.RealQemu;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.status.Side;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Plays all situations to the two nodes of a version and compares what was seen. */
final class Comparison {

    /** So many situations wait for something at a time. */
    private static final int AT_A_TIME = 4;

    private final Profile profile;
    private final RealQemu qemu;
    private final Path directory;
    private final Path image;

    Comparison(Profile profile, RealQemu qemu, Path directory, Path image) {
        this.profile = profile;
        this.qemu = qemu;
        this.directory = directory;
        this.image = image;
    }

    /** The situations that the profile has. */
    static List<Situation> situations(Profile profile) throws IOException {
        return SituationFile.read("situations.txt").stream()
                .filter(situation -> situation.profiles().contains(profile))
                .toList();
    }

    /** Compares all of them. */
    List<Difference> run() throws Exception {
        Streams streams =
                Recorder.record(
                        qemu,
                        directory.resolve("record"),
                        SituationFile.read("recorded.txt"),
                        image);
        List<Difference> differences = new ArrayList<>();
        try (HungListener hung = new HungListener();
                ExecutorService players = Executors.newFixedThreadPool(AT_A_TIME)) {
            Map<Situation, Future<List<Difference>>> running = new LinkedHashMap<>();
            for (Situation situation : situations(profile)) {
                Callable<List<Difference>> play = () -> compare(situation.at(hung.uri()), streams);
                running.put(situation, players.submit(play));
            }
            for (Future<List<Difference>> one : running.values()) {
                differences.addAll(one.get());
            }
        }
        return differences;
    }

    private List<Difference> compare(Situation situation, Streams streams) throws Exception {
        Path here = Files.createTempDirectory(directory, "s");
        try {
            Map<String, String> theirs = playTo(true, situation, here.resolve("q"), streams);
            Map<String, String> ours = playTo(false, situation, here.resolve("o"), streams);
            List<Difference> differences = new ArrayList<>();
            theirs.forEach((step, seen) -> {
                if (!seen.equals(ours.get(step))) {
                    differences.add(new Difference(situation.name(), step, seen, ours.get(step)));
                }
            });
            return differences;
        } catch (Exception | AssertionError e) {
            throw new IllegalStateException(situation.name(), e);
        }
    }

    private Map<String, String> playTo(
            boolean real, Situation situation, Path here, Streams streams) throws Exception {
        Files.createDirectories(here);
        Optional<Path> ram =
                situation.side() == Side.SOURCE ? Optional.of(image) : Optional.empty();
        try (ScriptedPeer peer = ScriptedPeer.in(here, streams);
                Node node =
                        real
                                ? Node.ofQemu(
                                        qemu, here, situation.side(), situation.options(), ram)
                                : Node.ofOurs(
                                        profile,
                                        here,
                                        situation.side(),
                                        situation.options(),
                                        ram)) {
            return Played.of(situation, node, peer);
        }
    }
}
