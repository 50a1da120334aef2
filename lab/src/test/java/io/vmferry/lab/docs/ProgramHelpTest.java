package io.vmferry.lab.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.lab.process.Nodes;
import io.vmferry.machine.commandline.CommonLine;
import io.vmferry.machine.commandline.HelpPage;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Constructor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The help of every program that the scripts start. */
class ProgramHelpTest {

    private static final Pattern CLASS = Pattern.compile("module=\\S+ class=(\\S+) ;;");
    private static final int OPTION_COLUMN = 26;

    static List<CommandSpec> programs() throws Exception {
        Repository repository = new Repository();
        List<CommandSpec> programs = new ArrayList<>();
        for (String name :
                CLASS.matcher(repository.read(Path.of("scripts/lib/programs.sh")))
                        .results()
                        .map(found -> found.group(1))
                        .toList()) {
            CommandSpec program =
                    CommonLine.of(new CommandLine(made(Class.forName(name)))).getCommandSpec();
            programs.add(program);
            program.subcommands().values().forEach(below -> programs.add(below.getCommandSpec()));
        }
        return programs;
    }

    /** A program that prints nowhere. */
    private static Object made(Class<?> type) throws ReflectiveOperationException {
        Constructor<?> constructor =
                Arrays.stream(type.getDeclaredConstructors())
                        .min(Comparator.comparingInt(Constructor::getParameterCount))
                        .orElseThrow();
        constructor.setAccessible(true);
        Object[] arguments = new Object[constructor.getParameterCount()];
        for (int i = 0; i < arguments.length; i++) {
            if (constructor.getParameterTypes()[i] == PrintStream.class) {
                arguments[i] = new PrintStream(PrintStream.nullOutputStream());
            }
        }
        return constructor.newInstance(arguments);
    }

    private static Stream<String> lines(CommandSpec program, int width) {
        return HelpPage.of(program, width).lines();
    }

    @Test
    void allProgramsAreThere() throws Exception {
        assertThat(programs()).hasSizeGreaterThan(9);
    }

    @ParameterizedTest
    @MethodSource("programs")
    void everyProgramHasHelpAndVersion(CommandSpec program) {
        assertThat(program.options())
                .anyMatch(OptionSpec::usageHelp)
                .anyMatch(OptionSpec::versionHelp);
        assertThat(program.usageMessage().description()).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("programs")
    void everyProgramHasAnExample(CommandSpec program) {
        assertThat(lines(program, 80))
                .containsSubsequence("Examples:")
                .anyMatch(line -> line.startsWith("  vmferry "));
    }

    /** The comment at the head of a script that is no JVM is its help. */
    static List<Path> scripts() throws IOException {
        try (Stream<Path> files = Files.walk(Nodes.scripts())) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.toString().contains("/lib/"))
                    .filter(file -> read(file).contains("\nusual_options \"$@\"\n"))
                    .toList();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(file.toString(), e);
        }
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void theHelpOfEveryScriptHasTheSameParts(Path script) {
        String typed = "scripts/" + Nodes.scripts().relativize(script);
        List<String> help =
                read(script)
                        .lines()
                        .skip(1)
                        .takeWhile(line -> line.startsWith("#"))
                        .map(line -> line.substring(Math.min(2, line.length())))
                        .toList();
        assertThat(help).allMatch(line -> line.length() <= 80);
        assertThat(help.getFirst()).startsWith("Usage: " + typed);
        assertThat(help)
                .containsSubsequence(
                        "Options:",
                        "  -h, --help       Show this text.",
                        "  -V, --version    Show the version, the commit it was built from, and the JDK.",
                        "Examples:");
        assertThat(help.subList(help.indexOf("Examples:"), help.size()))
                .anyMatch(line -> line.startsWith("  ") && line.contains(typed));
    }

    @Test
    void allScriptsAreThere() throws IOException {
        assertThat(scripts()).hasSizeGreaterThan(9);
    }

    @ParameterizedTest
    @MethodSource("programs")
    void helpFitsBothWidths(CommandSpec program) {
        for (int width : new int[] {80, 120}) {
            assertThat(lines(program, width)).allMatch(line -> line.length() <= width);
        }
    }

    @ParameterizedTest
    @MethodSource("programs")
    void noParagraphIsBrokenTwice(CommandSpec program) {
        for (int width : new int[] {80, 120}) {
            List<String> lines = lines(program, width).toList();
            for (int i = 0; i + 1 < lines.size(); i++) {
                String line = lines.get(i);
                String next = lines.get(i + 1);
                if (continues(next) && describes(line)) {
                    assertThat(line.length() + 1 + next.strip().split(" ", 2)[0].length())
                            .as("'%s' could have the first word of '%s'", line, next)
                            .isGreaterThan(width);
                }
            }
        }
    }

    /** Whether a line has a part of a description, and not only the long name of an option. */
    private static boolean describes(String line) {
        return line.length() > OPTION_COLUMN
                && line.substring(OPTION_COLUMN - 2, OPTION_COLUMN).isBlank();
    }

    /** Whether a line only goes on with the description of an option. */
    private static boolean continues(String line) {
        return line.length() > OPTION_COLUMN && line.substring(0, OPTION_COLUMN).isBlank();
    }

    @ParameterizedTest
    @MethodSource("programs")
    void helpHasNoMarksThatOnlyThePrinterUnderstands(CommandSpec program) {
        assertThat(lines(program, 80))
                .noneMatch(line -> line.matches(".*(\\$\\{|\\{vmferry|%n|%%|\\.\\.\\.\\.).*"));
    }
}
