package io.vmferry.lab.docs;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
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
    private static final Pattern PROGRAM =
            Pattern.compile("io\\.vmferry(?:\\.[a-z]+)+\\.[A-Z]\\w*");
    private static final Pattern MODULE =
            Pattern.compile("(?m)(?:run_node|-jar \"\\$\\(node_jar) ([a-z-]+)");
    private static final Pattern MAIN_CLASS = Pattern.compile("<mainClass>(.+)</mainClass>");

    private ScriptOptions() {}

    /** The options of a script that is there. */
    static Set<String> of(String script, Repository repository)
            throws ReflectiveOperationException {
        String text = repository.read(Path.of(script));
        Set<String> options = new HashSet<>(Set.of("--help"));
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

    /**
     * The classes that a script names, and the main classes of the modules whose jars it starts.
     */
    private static List<String> programs(String script, Repository repository) {
        Stream<String> mains =
                MODULE.matcher(script)
                        .results()
                        .map(module -> repository.read(Path.of(module.group(1), "pom.xml")))
                        .flatMap(pom -> MAIN_CLASS.matcher(pom).results())
                        .map(main -> main.group(1));
        return Stream.concat(PROGRAM.matcher(script).results().map(MatchResult::group), mains)
                .toList();
    }
}
