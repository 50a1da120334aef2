package io.vmferry.tools.shell;

import io.vmferry.tools.shell.HelpText.LocalWord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;

/** Completes commands and arguments. */
final class Completions implements Completer {

    private final ServerSchema introspection;
    private final List<String> local;

    /**
     * @param local words of the shell itself that can be typed like commands
     */
    Completions(ServerSchema introspection, List<String> local) {
        this.introspection = introspection;
        this.local = List.copyOf(local);
    }

    @Override
    public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
        candidates.addAll(of(line.words().subList(0, line.wordIndex()), line.word()));
    }

    /**
     * One way to go on.
     *
     * @param text the whole word
     * @param note what it is, for the list; empty for nothing
     * @param whole whether the word ends there
     */
    private static Candidate candidate(String text, String note, boolean whole) {
        return new Candidate(text, text, null, note.isEmpty() ? null : note, null, null, whole);
    }

    /**
     * The candidates for one word.
     *
     * @param before the words before it
     * @param typed what there is of it
     */
    List<Candidate> of(List<String> before, String typed) {
        List<String> words =
                !before.isEmpty() && before.getFirst().equals(Typed.OUT_OF_BAND)
                        ? before.subList(1, before.size())
                        : before;
        if (words.isEmpty()) {
            return commands(before.isEmpty());
        }
        if (words.getFirst().equals(LocalWord.HELP.text())) {
            return words.size() == 1 ? commands(true) : List.of();
        }
        Optional<String> arguments = introspection.argumentsOf(words.getFirst());
        return arguments.map(type -> argument(type, typed, words)).orElse(List.of());
    }

    private List<Candidate> commands(boolean withLocal) {
        List<Candidate> candidates = new ArrayList<>();
        introspection.commands().forEach(name -> candidates.add(candidate(name, "", true)));
        if (withLocal) {
            local.forEach(word -> candidates.add(candidate(word, "", true)));
        }
        return candidates;
    }

    private List<Candidate> argument(String type, String typed, List<String> words) {
        int equals = typed.indexOf('=');
        String key = equals < 0 ? typed : typed.substring(0, equals);
        int dot = key.lastIndexOf('.');
        String path = key.substring(0, dot + 1);
        Optional<String> container = walk(type, path);
        if (container.isEmpty()) {
            return List.of();
        }
        return equals < 0
                ? keys(container.get(), path, words)
                : member(container.get(), key.substring(dot + 1))
                        .map(value -> values(value, typed.substring(0, equals + 1)))
                        .orElse(List.of());
    }

    private List<Candidate> keys(String container, String path, List<String> words) {
        Optional<String> element = introspection.elementOf(container);
        if (element.isPresent()) {
            int index = 0;
            while (given(words, path + index)) {
                index++;
            }
            List<Candidate> candidates = new ArrayList<>();
            candidates.add(key(path + index, element.get(), ""));
            if (index > 0 && introspection.nested(element.get())) {
                candidates.add(key(path + (index - 1), element.get(), ""));
            }
            return candidates;
        }
        List<Candidate> candidates = new ArrayList<>();
        for (ServerSchema.SchemaMember member : introspection.members(container)) {
            String name = path + member.name();
            if (introspection.nested(member.type()) || !given(words, name)) {
                candidates.add(key(name, member.type(), member.optional() ? "optional " : ""));
            }
        }
        return candidates;
    }

    private Candidate key(String name, String type, String note) {
        String end = introspection.nested(type) ? "." : "=";
        return candidate(name + end, note + shortened(introspection.describe(type)), false);
    }

    private static String shortened(String text) {
        return text.length() <= 40 ? text : text.substring(0, 39) + "…";
    }

    private static boolean given(List<String> words, String key) {
        return words.stream()
                .anyMatch(word -> word.startsWith(key + "=") || word.startsWith(key + "."));
    }

    private List<Candidate> values(String type, String before) {
        return introspection.values(type).stream()
                .map(value -> candidate(before + value, "", true))
                .toList();
    }

    /** The type that a path such as {@code capabilities.0.} leads to. */
    private Optional<String> walk(String type, String path) {
        Optional<String> at = Optional.of(type);
        for (String step : path.isEmpty() ? new String[0] : path.split("\\.", -1)) {
            if (!step.isEmpty()) {
                at = at.flatMap(container -> member(container, step));
            }
        }
        return at;
    }

    private Optional<String> member(String container, String name) {
        Optional<String> element = introspection.elementOf(container);
        if (element.isPresent()) {
            return element;
        }
        return introspection.members(container).stream()
                .filter(member -> member.name().equals(name))
                .map(ServerSchema.SchemaMember::type)
                .findFirst();
    }
}
