package io.vmferry.lab.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.lab.process.Nodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every program has a script and a command of {@code scripts/vmferry}, which its help names. */
class CommandsTest {

    private static final Pattern STARTS = Pattern.compile("(?m)^run_program ([a-z]+) \"\\$@\"$");

    private final String launcher = read("vmferry");
    private final List<String> scripts = words("scripts");
    private final List<String> programs = words("programs");

    private static String read(String name) {
        try {
            return Files.readString(Nodes.scripts().resolve(name));
        } catch (IOException e) {
            throw new AssertionError(name, e);
        }
    }

    private List<String> words(String array) {
        Matcher list = Pattern.compile("(?m)^" + array + "=\\((.+)\\)$").matcher(launcher);
        assertThat(list.find()).as(array).isTrue();
        return List.of(list.group(1).split(" "));
    }

    @Test
    void everyScriptIsACommand() throws IOException {
        try (Stream<Path> files = Files.list(Nodes.scripts())) {
            assertThat(
                            files.filter(Files::isRegularFile)
                                    .map(file -> file.getFileName().toString()))
                    .filteredOn(name -> !name.equals("vmferry") && !scripts.contains(name))
                    .isNotEmpty()
                    .allSatisfy(name -> {
                        Matcher starts = STARTS.matcher(read(name));
                        assertThat(starts.find()).as("%s starts a program", name).isTrue();
                        assertThat(programs).contains(starts.group(1));
                    });
        }
        assertThat(scripts)
                .allSatisfy(name -> assertThat(Nodes.scripts().resolve(name)).isExecutable());
    }

    @Test
    void everyProgramIsKnown() {
        String known = read("lib/programs.sh");
        assertThat(programs)
                .allSatisfy(name -> assertThat(known).contains(" " + name + ") module="));
    }

    @Test
    void theHelpNamesEveryCommand() {
        assertThat(Stream.of(scripts, programs).flatMap(List::stream))
                .allSatisfy(name -> assertThat(launcher).contains("\n  " + name + " "));
    }
}
