package io.vmferry.lab.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Nodes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Some mutants, as the agent plants them; {@code scripts/matrix --mutants} tries all. */
class MutantsIT {

    private static final List<String> SOME =
            List.of(
                    "dirty-bit-not-set",
                    "complement-inverted",
                    "requests-not-sent-again",
                    "acknowledgement-not-awaited",
                    "runs-without-lease",
                    "shut-not-awaited");

    /** Some seconds for a mutant, or a quarter of a minute on a machine that is busy. */
    private static final long RUN_SECONDS = 300;

    @TempDir Path directory;

    private ChildProcess matrix(String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Nodes.scripts().resolve("matrix").toString());
        command.addAll(List.of(arguments));
        return ChildProcess.start(directory, "matrix", command);
    }

    @Test
    void someMutantsAreCaughtByTheInvariantsThatTheyName() throws Exception {
        try (ChildProcess matrix = matrix("--mutants=" + String.join(",", SOME))) {
            assertThat(matrix.exitCode(RUN_SECONDS)).as(matrix.stdout() + matrix.stderr()).isZero();
            assertThat(matrix.stdout())
                    .contains(SOME)
                    .contains("6 mutants, 6 caught by the invariant that they name");
        }
    }

    @Test
    void oneRunOfAMutantIsShown() throws Exception {
        try (ChildProcess matrix = matrix("--mutants=store-not-announced", "--run=precopy:0")) {
            assertThat(matrix.exitCode()).as(matrix.stderr()).isZero();
            assertThat(matrix.stdout()).startsWith("memory: Seed 0: ");
        }
    }
}
