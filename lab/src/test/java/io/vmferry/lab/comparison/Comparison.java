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

/** Plays all dialogues to the two nodes of a version and compares what was seen. */
final class Comparison {

    /** The number of dialogues that are played at the same time. */
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

    /** The dialogues that the profile has. */
    static List<Dialogue> dialogues(Profile profile) throws IOException {
        return DialogueFile.read("dialogues.txt").stream()
                .filter(dialogue -> dialogue.profiles().contains(profile))
                .toList();
    }

    /** Plays those whose names match a regular expression. */
    List<ComparedReplies> run(String names) throws Exception {
        Streams streams =
                Recorder.record(
                        qemu,
                        Files.createTempDirectory(directory, "record"),
                        DialogueFile.read("recorded.txt"),
                        image);
        List<ComparedReplies> compared = new ArrayList<>();
        try (HungListener hung = new HungListener();
                ExecutorService players = Executors.newFixedThreadPool(AT_A_TIME)) {
            Map<Dialogue, Future<ComparedReplies>> running = new LinkedHashMap<>();
            for (Dialogue dialogue : dialogues(profile)) {
                if (dialogue.name().matches(names)) {
                    Dialogue placed = dialogue.at(hung.uri());
                    running.put(placed, players.submit(() -> play(placed, streams)));
                }
            }
            for (Map.Entry<Dialogue, Future<ComparedReplies>> one : running.entrySet()) {
                compared.add(played(one.getKey(), one.getValue(), streams));
            }
        }
        return compared;
    }

    /** One in some thousand real QEMUs never replies at its monitor: what broke is played again. */
    private ComparedReplies played(
            Dialogue dialogue, Future<ComparedReplies> running, Streams streams) throws Exception {
        try {
            return running.get();
        } catch (ExecutionException e) {
            return play(dialogue, streams);
        }
    }

    private ComparedReplies play(Dialogue dialogue, Streams streams) throws Exception {
        Path here = Files.createTempDirectory(directory, "s");
        try {
            return new ComparedReplies(
                    dialogue.name(),
                    playTo(true, dialogue, here.resolve("q"), streams),
                    playTo(false, dialogue, here.resolve("o"), streams));
        } catch (Exception | AssertionError e) {
            throw new IllegalStateException(dialogue.name(), e);
        }
    }

    private Map<String, String> playTo(boolean real, Dialogue dialogue, Path here, Streams streams)
            throws Exception {
        Files.createDirectories(here);
        Optional<Path> ram = dialogue.side() == Side.SOURCE ? Optional.of(image) : Optional.empty();
        try (ScriptedPeer peer = ScriptedPeer.in(here, streams);
                ComparedNode node =
                        real
                                ? ComparedNode.ofQemu(
                                        qemu, here, dialogue.side(), dialogue.options(), ram)
                                : ComparedNode.ofOurs(
                                        profile, here, dialogue.side(), dialogue.options(), ram)) {
            return Played.of(dialogue, node, peer);
        }
    }
}
