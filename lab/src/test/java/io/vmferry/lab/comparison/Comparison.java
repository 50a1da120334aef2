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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Plays all situations to the two nodes of a version and compares what was seen. */
final class Comparison {

    /** The number of situations that are played at the same time. */
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

    /** Plays those whose names match a regular expression. */
    List<ComparedReplies> run(String names) throws Exception {
        Streams streams =
                Recorder.record(
                        qemu,
                        Files.createTempDirectory(directory, "record"),
                        SituationFile.read("recorded.txt"),
                        image);
        List<ComparedReplies> conversations = new ArrayList<>();
        try (HungListener hung = new HungListener();
                ExecutorService players = Executors.newFixedThreadPool(AT_A_TIME)) {
            Map<Situation, Future<ComparedReplies>> running = new LinkedHashMap<>();
            for (Situation situation : situations(profile)) {
                if (situation.name().matches(names)) {
                    Situation placed = situation.at(hung.uri());
                    running.put(placed, players.submit(() -> play(placed, streams)));
                }
            }
            for (Map.Entry<Situation, Future<ComparedReplies>> one : running.entrySet()) {
                conversations.add(played(one.getKey(), one.getValue(), streams));
            }
        }
        return conversations;
    }

    /** One in some thousand real QEMUs never answers its monitor: what broke is played again. */
    private ComparedReplies played(
            Situation situation, Future<ComparedReplies> conversation, Streams streams)
            throws Exception {
        try {
            return conversation.get();
        } catch (ExecutionException e) {
            return play(situation, streams);
        }
    }

    private ComparedReplies play(Situation situation, Streams streams) throws Exception {
        Path here = Files.createTempDirectory(directory, "s");
        try {
            return new ComparedReplies(
                    situation.name(),
                    playTo(true, situation, here.resolve("q"), streams),
                    playTo(false, situation, here.resolve("o"), streams));
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
                ComparedNode node =
                        real
                                ? ComparedNode.ofQemu(
                                        qemu, here, situation.side(), situation.options(), ram)
                                : ComparedNode.ofOurs(
                                        profile,
                                        here,
                                        situation.side(),
                                        situation.options(),
                                        ram)) {
            return Played.of(situation, node, peer);
        }
    }
}
