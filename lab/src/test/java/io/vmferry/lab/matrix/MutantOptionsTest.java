package io.vmferry.lab.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.lab.mutants.Misplaced;
import io.vmferry.lab.mutants.Mutants;
import io.vmferry.tools.commandline.ToolRun;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MutantOptionsTest {

    private final ToolRun tool = new ToolRun(MatrixProgram::new);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--mutants=nothing | There is no mutant 'nothing': --list shows them",
                "--mutants=harvest-*,nothing | There is no mutant 'nothing': --list shows them",
                "--mutants=no-last-snyc | There is no mutant 'no-last-snyc', did you mean 'no-last-sync':"
                        + " --list shows them",
                "--mutants= | There is no mutant '': --list shows them",
                "--mutants --limit=0 | --limit 0 is not 1 to 3600",
                "--mutants --run=precopy:1 | --run needs --mutants with one name, and no --list",
                "--mutants --seed=3 | --seed does not go with --mutants",
                "--mutants --list --limit=9 | --limit does not go with --list, which runs nothing",
                "--list | --list needs --mutants",
                "--simulated --limit=9 | --limit needs --mutants",
                "--mutants=no-last-sync --run=first | A run is precopy:SEED, postcopy:SEED,"
                        + " quiet:SEED, snapshot:SEED, recovery:SEED or cell:COURSE/SIDE/FAULT/SEED, not 'first'"
            })
    void whatCannotBeDoneIsRefusedInOneLine(String args, String line) {
        assertThat(tool.with(args.split(" "))).isEqualTo(2);
        assertThat(tool.complained()).isEqualTo(line + System.lineSeparator());
        assertThat(tool.said()).isEmpty();
    }

    @Test
    void theListShowsNamesInvariantsAndPlaces() {
        assertThat(tool.with("--mutants=harvest-*", "--list")).isZero();
        assertThat(tool.said().lines())
                .hasSize(4)
                .first()
                .asString()
                .matches("harvest-in-two-steps +memory +a store between reading and clearing .*");
        assertThat(tool.said()).contains("DirtyBitmap.mergeAndClear calls takeLowerHalf");
    }

    /** Before any is tried, which takes minutes. */
    @Test
    void aMutantThatDoesNotFindItsPlaceFailsTheRun() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int code =
                new MutantOptions()
                        .call(
                                List.of(Mutants.of("no-last-sync"), Misplaced.mutant()),
                                new PrintStream(out, true, StandardCharsets.UTF_8));
        assertThat(code).isEqualTo(1);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .isEqualTo(
                        "Mutant misplaced: the code that it changes was not found, adapt it: There"
                                + " is no method PlantedSample.subtract: PlantedSample.subtract"
                                + " does nothing"
                                + System.lineSeparator());
    }
}
