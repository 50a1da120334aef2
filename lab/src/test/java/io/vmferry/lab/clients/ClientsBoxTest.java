package io.vmferry.lab.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The names of the clients in the box are in {@code scripts/lib/box.sh}, and repeated for readers.
 */
class ClientsBoxTest {

    private static List<String> names() throws Exception {
        String script = Files.readString(Path.of("../scripts/lib/box.sh"));
        Matcher list = Pattern.compile("(?m)^box_names=\\((.+)\\)$").matcher(script);
        assertThat(list.find()).as("box_names").isTrue();
        return List.of(list.group(1).split(" "));
    }

    @Test
    void theDocumentNamesEachAsARowAndAsAColumn() throws Exception {
        String document = Files.readString(Path.of("../docs/clients.md"));
        String columns =
                document.lines()
                        .filter(line -> line.startsWith("| situation |"))
                        .toList()
                        .toString();
        assertThat(names())
                .allSatisfy(name -> {
                    assertThat(document).contains("\n| `" + name + "` |");
                    assertThat(columns).contains("| " + name + " |");
                });
    }

    @Test
    void theHelpNamesEach() throws Exception {
        PrintStream nowhere = new PrintStream(PrintStream.nullOutputStream());
        String help =
                ClientsProgram.commandLine(nowhere, nowhere)
                        .getUsageMessage()
                        .replaceAll("\\s+", " ");
        assertThat(names()).allSatisfy(name -> assertThat(help).contains(name));
    }
}
