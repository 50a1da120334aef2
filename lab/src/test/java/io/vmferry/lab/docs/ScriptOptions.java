package io.vmferry.lab.docs;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The options that a script takes: those that its own text names, and those of the program that it
 * starts.
 */
final class ScriptOptions {

    private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--?[a-z][a-z-]*");
    private static final Path PROGRAMS = Path.of("scripts/lib/programs.sh");
    private static final Pattern STARTED =
            Pattern.compile("(?:run_program|program_command) ([a-z]+)");
    private static final Pattern PROGRAM =
            Pattern.compile("(?m)^ +([a-z]+)\\) module=\\S+ class=(\\S+) ;;$");

    private ScriptOptions() {}

    /** The options of a script that is there. */
    static Set<String> of(String script, Repository repository)
            throws ReflectiveOperationException {
        String text = repository.read(Path.of(script));
        Set<String> options = new HashSet<>(Set.of("--help", "--version"));
        OPTION.matcher(text).results().forEach(option -> options.add(option.group()));
        for (String name : programs(text, repository)) {
            declared(Class.forName(name)).forEach(option -> options.addAll(Set.of(option.names())));
        }
        return options;
    }

    /** The options that a class declares, with those that it mixes in and of its subcommands. */
    static Stream<Option> declared(Class<?> program) {
        Stream<Option> own =
                Arrays.stream(program.getDeclaredFields())
                        .flatMap(field ->
                                field.isAnnotationPresent(Mixin.class)
                                        ? declared(field.getType())
                                        : Stream.ofNullable(field.getAnnotation(Option.class)));
        Stream<Option> below =
                Stream.ofNullable(program.getAnnotation(Command.class))
                        .flatMap(command -> Arrays.stream(command.subcommands()))
                        .flatMap(ScriptOptions::declared);
        return Stream.concat(own, below);
    }

    /** The classes of the programs that a script starts. */
    private static List<String> programs(String script, Repository repository) {
        Map<String, String> classes =
                PROGRAM.matcher(repository.read(PROGRAMS))
                        .results()
                        .collect(Collectors.toMap(row -> row.group(1), row -> row.group(2)));
        return STARTED.matcher(script)
                .results()
                .map(start -> Objects.requireNonNull(classes.get(start.group(1)), start.group()))
                .toList();
    }
}
