package io.vmferry.lab.comparison;

import io.vmferry.protocol.Named;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.status.Side;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads dialogues from the text beside this class; {@code dialogues.txt} explains the words. */
final class DialogueFile {

    private final Map<String, List<DialogueStep>> macros = new HashMap<>();
    private final List<Dialogue> dialogues = new ArrayList<>();
    private List<DialogueStep> steps = new ArrayList<>();

    private DialogueFile() {}

    static List<Dialogue> read(String name) throws IOException {
        DialogueFile file = new DialogueFile();
        try (InputStream in = DialogueFile.class.getResourceAsStream(name);
                BufferedReader lines =
                        new BufferedReader(
                                new InputStreamReader(
                                        Objects.requireNonNull(in, name),
                                        StandardCharsets.UTF_8))) {
            lines.lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .forEach(file::line);
        }
        return file.dialogues;
    }

    private void line(String line) {
        String word = line.split(" ", 2)[0];
        String rest = line.substring(word.length()).strip();
        switch (word) {
            case "define" -> {
                steps = new ArrayList<>();
                macros.put(rest, steps);
            }
            case "source" -> begin(Side.SOURCE, rest);
            case "destination" -> begin(Side.DESTINATION, rest);
            default -> steps.addAll(steps(word, rest, line));
        }
    }

    /** {@code NAME [paused] [on VERSION...]}. */
    private void begin(Side side, String rest) {
        List<String> words = new ArrayList<>(List.of(rest.split(" ")));
        String name = side.text() + " " + words.removeFirst();
        Set<Profile> profiles = EnumSet.allOf(Profile.class);
        int on = words.indexOf("on");
        if (on >= 0) {
            profiles =
                    words.subList(on + 1, words.size()).stream()
                            .map(version ->
                                    Named.find(Profile.class, "qemu-" + version).orElseThrow())
                            .collect(Collectors.toCollection(() -> EnumSet.noneOf(Profile.class)));
            words = words.subList(0, on);
        }
        steps = new ArrayList<>();
        dialogues.add(new Dialogue(name, side, Set.copyOf(words), profiles, steps));
    }

    private List<DialogueStep> steps(String word, String rest, String line) {
        return switch (word) {
            case "use" -> used(rest);
            case "await" -> List.of(new DialogueStep.AwaitStatus(List.of(rest.split(" "))));
            case "await-error" -> List.of(new DialogueStep.AwaitError());
            case "await-guest" -> List.of(new DialogueStep.AwaitGuest(rest));
            case "await-exit" -> List.of(new DialogueStep.AwaitExit());
            case "peer" -> List.of(new DialogueStep.LetPeer(Arrays.asList(rest.split(" "))));
            case "hmp" -> List.of(ask("human-monitor-command", "\"command-line\":" + quoted(rest)));
            case "cap" -> List.of(capabilities(rest));
            case "set" ->
                    List.of(
                            ask(
                                    "migrate-set-parameters",
                                    rest.replaceAll("(\\S+)=(\\S+)", "\"$1\":$2")));
            case "ask" -> {
                String[] parts = rest.split(" ", 2);
                yield List.of(ask(parts[0], parts.length == 1 ? null : parts[1]));
            }
            default -> {
                if (!line.startsWith("{")) {
                    throw new IllegalArgumentException("Not a step: " + line);
                }
                yield List.of(new DialogueStep.Ask(line));
            }
        };
    }

    private List<DialogueStep> used(String rest) {
        String[] words = rest.split(" ", 2);
        return switch (words[0]) {
            case "address" -> tried("migrate", words[1], "failed");
            case "incoming" -> tried("migrate-incoming", words[1], "");
            default -> Objects.requireNonNull(macros.get(rest), rest);
        };
    }

    /** An address is given to a command, and what became of it is asked. */
    private static List<DialogueStep> tried(String command, String uri, String end) {
        List<DialogueStep> steps = new ArrayList<>();
        steps.add(ask(command, "\"uri\":" + quoted(uri)));
        if (!end.isEmpty()) {
            steps.add(new DialogueStep.AwaitStatus(List.of(end)));
        }
        steps.add(ask("query-migrate", null));
        steps.add(ask("human-monitor-command", "\"command-line\":\"info migrate\""));
        return steps;
    }

    private static DialogueStep ask(String command, @Nullable String arguments) {
        return new DialogueStep.Ask(
                arguments == null
                        ? "{\"execute\":\"%s\"}".formatted(command)
                        : "{\"execute\":\"%s\",\"arguments\":{%s}}".formatted(command, arguments));
    }

    /** {@code +name} and {@code -name}. */
    private static DialogueStep capabilities(String words) {
        String list =
                Arrays.stream(words.split(" "))
                        .map(word ->
                                "{\"capability\":\"%s\",\"state\":%s}"
                                        .formatted(word.substring(1), word.charAt(0) == '+'))
                        .collect(Collectors.joining(","));
        return ask("migrate-set-capabilities", "\"capabilities\":[" + list + "]");
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
