package io.vmferry.lab.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmferry.lab.docs.Document.Block;
import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Qemu;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The marked blocks of the documents do what is said of them, those of one section after each
 * other:
 *
 * <ul>
 *   <li>{@code sh run}: is typed, and succeeds; {@code sh run 3} ends with this exit code
 *   <li>{@code sh terminals}: each command is typed in a terminal of its own. A daemon with a
 *       monitor runs until the end of the section; one without ends by itself, and succeeds, or
 *       with the exit codes that stand there
 *   <li>{@code text printed}: stands somewhere in what the block before it has printed
 *   <li>{@code sh shown}: is not run here, as it needs minutes, root or a network, or has a test of
 *       its own
 * </ul>
 *
 * Files under {@code /tmp} and ports are replaced by others that are free. A section with a real
 * QEMU is skipped where none is installed.
 */
class DocumentsIT {

    private static final String RUN = "sh run";
    private static final String TERMINALS = "sh terminals";
    private static final String QEMU = "qemu-system-x86_64";
    private static final String PRINTED = "text printed";

    /** Blocks that are read only. */
    private static final Set<String> SHOWN = Set.of("sh shown", "java", "json", "text");

    private static final Pattern PORT = Pattern.compile("(?<=127\\.0\\.0\\.1:)\\d+");
    private static final Pattern MONITOR = Pattern.compile("-qmp unix:([^\\s,]+)");
    private static final Pattern LISTENS = Pattern.compile("listening on .*");

    @TempDir Path directory;

    private final Map<String, Integer> ports = new HashMap<>();
    private final List<ChildProcess> terminals = new ArrayList<>();
    private final Map<ChildProcess, Integer> awaited = new HashMap<>();
    private String printed = "";
    private int shells;

    /** The marked blocks of one section. */
    record Section(Path file, List<Block> blocks) {

        @Override
        public String toString() {
            return file + ": " + blocks.getFirst().text().lines().findFirst().orElse("");
        }
    }

    static List<Section> sections() throws IOException {
        Repository repository = new Repository();
        List<Section> sections = new ArrayList<>();
        for (Path file : repository.ending(".md")) {
            Collection<List<Block>> bySection =
                    Document.read(repository.root().resolve(file)).blocks().stream()
                            .filter(block -> isMarked(block.info()))
                            .collect(
                                    Collectors.groupingBy(
                                            Block::section, TreeMap::new, Collectors.toList()))
                            .values();
            bySection.forEach(blocks -> sections.add(new Section(file, blocks)));
        }
        return sections;
    }

    private static boolean isMarked(String info) {
        return info.startsWith(RUN) || info.startsWith(TERMINALS) || info.equals(PRINTED);
    }

    @AfterEach
    void close() {
        terminals.forEach(ChildProcess::close);
    }

    /** What a newcomer meets first is all run, but for text. */
    @Test
    void everyBlockOfTheReadmeIsRun() throws IOException {
        Path readme = new Repository().root().resolve("README.md");
        assertThat(Document.read(readme).blocks())
                .extracting(Block::info)
                .allMatch(info -> isMarked(info) || info.equals("text"));
    }

    /** A block that is not run is marked as one that is only shown. */
    @Test
    void everyBlockIsRunOrSaysThatItIsNot() throws IOException {
        Repository repository = new Repository();
        List<String> unmarked = new ArrayList<>();
        for (Path file : repository.ending(".md")) {
            for (Block block : Document.read(repository.root().resolve(file)).blocks()) {
                if (!isMarked(block.info()) && !SHOWN.contains(block.info())) {
                    unmarked.add(file + ": ```" + block.info() + ": " + block.text());
                }
            }
        }
        assertThat(unmarked).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("sections")
    void theExamplesOfASectionDoWhatIsSaid(Section section) throws Exception {
        if (section.blocks().stream().anyMatch(block -> block.text().contains(QEMU))) {
            assumeTrue(Qemu.installed(), QEMU + " is not installed");
        }
        for (Block block : section.blocks()) {
            if (block.info().equals(PRINTED)) {
                assertThat(printed).contains(block.text());
            } else if (block.info().startsWith(RUN)) {
                List<Integer> codes = exitCodes(block, RUN);
                run(mine(block.text()), codes.isEmpty() ? 0 : codes.getFirst());
            } else {
                open(block);
            }
        }
        for (Map.Entry<ChildProcess, Integer> ends : awaited.entrySet()) {
            ChildProcess terminal = ends.getKey();
            assertThat(terminal.exitCode())
                    .as(terminal.stdout() + terminal.stderr())
                    .isEqualTo(ends.getValue());
        }
    }

    private static List<Integer> exitCodes(Block block, String mark) {
        String codes = block.info().substring(mark.length()).strip();
        return codes.isEmpty()
                ? List.of()
                : Arrays.stream(codes.split(" ")).map(Integer::valueOf).toList();
    }

    private void run(String script, int code) throws Exception {
        try (ChildProcess shell = shell(script)) {
            assertThat(shell.exitCode()).as(shell.stdout() + shell.stderr()).isEqualTo(code);
            printed = shell.stdout();
        }
    }

    private void open(Block block) throws Exception {
        List<Integer> codes = exitCodes(block, TERMINALS);
        String[] commands = block.text().replaceAll("\\\\\\n\\s*", "").split("\n");
        for (int i = 0; i < commands.length; i++) {
            String command = mine(commands[i]);
            ChildProcess terminal = shell("exec " + command);
            terminals.add(terminal);
            Matcher monitor = MONITOR.matcher(command);
            if (monitor.find()) {
                terminal.awaitFile(Path.of(monitor.group(1)));
            } else {
                awaited.put(terminal, codes.isEmpty() ? 0 : codes.get(i));
            }
            if (command.contains("--incoming tcp:")) {
                terminal.awaitLine(LISTENS);
            }
        }
    }

    private ChildProcess shell(String script) throws IOException {
        return ChildProcess.start(
                directory,
                "shell" + shells++,
                new Repository().root(),
                List.of("bash", "-ec", script));
    }

    private String mine(String script) {
        return PORT.matcher(script.replace("/tmp/", directory + "/"))
                .replaceAll(
                        port -> ports.computeIfAbsent(port.group(), p -> freePort()).toString());
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
