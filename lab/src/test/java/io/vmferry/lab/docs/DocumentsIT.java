package io.vmferry.lab.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.lab.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The blocks of the documents that are marked {@code sh run} do what is said of them. */
class DocumentsIT {

    private static final String RUN = "sh run";

    /** A block after one that is run, with what it prints among other things. */
    private static final String PRINTED = "text printed";

    @TempDir Path directory;

    /**
     * What is typed, and what is printed then.
     *
     * @param printed empty when nothing is said of it
     */
    record Example(String script, String printed) {}

    static List<Example> examples() throws IOException {
        Repository repository = new Repository();
        List<Example> examples = new ArrayList<>();
        for (Path file : repository.ending(".md")) {
            List<Document.Block> blocks = Document.read(repository.root().resolve(file)).blocks();
            for (int i = 0; i < blocks.size(); i++) {
                if (blocks.get(i).info().equals(RUN)) {
                    boolean shown =
                            i + 1 < blocks.size() && blocks.get(i + 1).info().equals(PRINTED);
                    examples.add(
                            new Example(
                                    blocks.get(i).text(), shown ? blocks.get(i + 1).text() : ""));
                }
            }
        }
        return examples;
    }

    @ParameterizedTest
    @MethodSource("examples")
    void anExampleDoesWhatIsSaid(Example example) throws Exception {
        String script = example.script().replace("/tmp/", directory + "/");
        Path root = new Repository().root();
        try (ChildProcess shell =
                ChildProcess.start(directory, "shell", root, List.of("bash", "-ec", script))) {
            assertThat(shell.exitCode()).as(shell.stdout() + shell.stderr()).isZero();
            assertThat(shell.stdout()).contains(example.printed());
        }
    }
}
