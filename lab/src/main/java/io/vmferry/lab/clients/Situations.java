package io.vmferry.lab.clients;

import io.vmferry.machine.commandline.Invocation;
import io.vmferry.protocol.Closest;
import io.vmferry.protocol.Named;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.tools.proxy.ProxyPlaces;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The situations of {@code situations.txt}, in its order. */
final class Situations {

    /** A time for faults that are only checked. */
    private static final int SOME_MILLIS = 1000;

    private static final String FILE = "situations.txt";

    private Situations() {}

    static List<Situation> all() {
        try (InputStream in = Situations.class.getResourceAsStream(FILE)) {
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Those of some names.
     *
     * @throws IllegalArgumentException for a name that none has
     */
    static List<Situation> of(List<String> names) {
        List<Situation> all = all();
        return names.stream().map(name -> named(name, all)).toList();
    }

    private static Situation named(String name, List<Situation> all) {
        return all.stream()
                .filter(s -> s.name().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "There is no situation '%s'%s: %s shows them"
                                        .formatted(
                                                name,
                                                Closest.hint(
                                                        name,
                                                        all.stream().map(Situation::name).toList()),
                                                Invocation.asTyped("{vmferry} clients list"))));
    }

    /** Reads blocks of lines {@code key: value} with an empty line between them. */
    static List<Situation> parse(String text) {
        List<Situation> situations = new ArrayList<>();
        for (String block : text.strip().split("\\n\\s*\\n")) {
            List<String> lines = block.lines().filter(line -> !line.startsWith("#")).toList();
            if (!lines.isEmpty()) {
                situations.add(situation(lines));
            }
        }
        return situations;
    }

    private static Situation situation(List<String> lines) {
        List<String> source = new ArrayList<>();
        List<String> destination = new ArrayList<>();
        List<String> steps = new ArrayList<>();
        Optional<String> joins = Optional.empty();
        Optional<Profile> first = Optional.empty();
        Set<GuestEnd> ends = EnumSet.noneOf(GuestEnd.class);
        String name = "";
        String meaning = "";
        boolean refused = false;
        Optional<String> shows = Optional.empty();
        Optional<List<String>> link = Optional.empty();
        for (String line : lines) {
            String value = line.substring(line.indexOf(':') + 1).strip();
            switch (line.substring(0, line.indexOf(':'))) {
                case "situation" -> name = value;
                case "meaning" -> meaning = value;
                case "both" -> {
                    source.addAll(words(value));
                    destination.addAll(words(value));
                }
                case "source" -> source.addAll(words(value));
                case "destination" -> destination.addAll(words(value));
                case "then" -> steps.add(value);
                case "joins" -> joins = Optional.of(value);
                case "first" -> first = Optional.of(Named.require(Profile.class, "profile", value));
                case "link" ->
                        link = Optional.of(value.equals("none") ? List.of() : proxyFaults(value));
                case "shows" -> shows = Optional.of(value);
                case "refused" -> {
                    if (!value.equals("yes")) {
                        throw new IllegalArgumentException(
                                "refused: yes or no line at all, not " + value);
                    }
                    refused = true;
                }
                case "ends" ->
                        words(value)
                                .forEach(end ->
                                        ends.add(
                                                Named.require(
                                                        GuestEnd.class, "end of a guest", end)));
                default ->
                        throw new IllegalArgumentException(
                                "Unknown key in the line '%s'".formatted(line));
            }
        }
        return new Situation(
                name,
                meaning,
                source,
                destination,
                steps,
                joins,
                first,
                ends,
                refused,
                shows,
                link);
    }

    /** Faults of the proxy, which has to know each of them. */
    private static List<String> proxyFaults(String text) {
        List<String> faults = words(text);
        Situation.filled(faults, SOME_MILLIS).forEach(ProxyPlaces::parse);
        return faults;
    }

    private static List<String> words(String text) {
        return Arrays.asList(text.split(" +"));
    }
}
