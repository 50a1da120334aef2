package io.vmferry.lab.matrix;

import io.vmferry.lab.mutants.EditMissedException;
import io.vmferry.lab.mutants.Mutant;
import io.vmferry.lab.mutants.Mutants;
import io.vmferry.lab.mutants.Planting;
import io.vmferry.tools.commandline.ToolLine;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of {@code scripts/matrix} for mutants, and their execution. */
final class MutantOptions {

    private static final String ALL = "*";
    private static final int FAILED = 1;
    private static final long LONGEST_LIMIT_SECONDS = 3600;

    @Option(
            names = "--mutants",
            arity = "0..1",
            fallbackValue = ALL,
            split = ",",
            paramLabel = "NAME",
            description =
                    "Test the simulator instead: plant known bugs into the built classes, one at a"
                            + " time, and check that the expected invariant catches each. All of"
                            + " them, or those of these names, in which * matches any text.")
    private @Nullable List<String> names;

    @Option(
            names = "--list",
            description =
                    "With --mutants: only list them, and check that the code they change exists.")
    private boolean list;

    @Option(
            names = "--run",
            paramLabel = "RUN",
            description = "With --mutants=NAME: repeat this run of the table.")
    private @Nullable String run;

    @Option(
            names = "--limit",
            paramLabel = "SECONDS",
            description = "With --mutants: the limit for each (default: 60).")
    private long limitSeconds = 60;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec program;

    /**
     * Whether mutants are to be run.
     *
     * @throws IllegalArgumentException for options that contradict each other
     */
    boolean wanted() {
        List<String> own =
                Stream.of("--mutants", "--list", "--run", "--limit").filter(this::given).toList();
        if (names == null) {
            refuse(own, "%s needs --mutants");
            return false;
        }
        refuse(
                program.commandLine().getParseResult().matchedOptions().stream()
                        .map(OptionSpec::longestName)
                        .filter(option -> !own.contains(option))
                        .toList(),
                "%s does not go with --mutants");
        return true;
    }

    private boolean given(String option) {
        return program.commandLine().getParseResult().hasMatchedOption(option);
    }

    private static void refuse(List<String> options, String why) {
        if (!options.isEmpty()) {
            throw new IllegalArgumentException(why.formatted(options.getFirst()));
        }
    }

    /**
     * Lists or runs the mutants.
     *
     * @return the exit code
     * @throws IllegalArgumentException for values that cannot be used
     */
    int call(PrintStream out) throws IOException, InterruptedException {
        List<Mutant> mutants =
                Mutants.matching(Objects.requireNonNull(names, "--mutants is given"));
        if (limitSeconds < 1 || limitSeconds > LONGEST_LIMIT_SECONDS) {
            throw new IllegalArgumentException(
                    "--limit %d is not 1 to %d".formatted(limitSeconds, LONGEST_LIMIT_SECONDS));
        }
        if (list && given("--limit")) {
            throw new IllegalArgumentException(
                    "--limit does not go with --list, which runs nothing");
        }
        if (run != null) {
            requireOne(mutants, run);
        }
        return call(mutants, out);
    }

    /** Does it with these. */
    int call(List<Mutant> mutants, PrintStream out) throws IOException, InterruptedException {
        if (list) {
            mutants.forEach(mutant -> print(MutantTable.line(mutant), out));
        }
        List<String> missed = missed(mutants);
        missed.forEach(out::println);
        if (!missed.isEmpty() || list) {
            return missed.isEmpty() ? 0 : FAILED;
        }
        MutantTrials trials = new MutantTrials(limitSeconds);
        if (run != null) {
            return trials.show(mutants.getFirst(), run);
        }
        long begin = System.nanoTime();
        List<MutantResult> results =
                trials.run(mutants, result -> print(MutantTable.line(result), out));
        MutantTable.totals(results, (System.nanoTime() - begin) / 1e9).forEach(out::println);
        return results.stream().allMatch(MutantResult::good) ? 0 : FAILED;
    }

    private static void print(String lines, PrintStream out) {
        lines.lines().forEach(line -> ToolLine.printRow(out, line, MutantTable.NAMES));
    }

    private void requireOne(List<Mutant> mutants, String evidence) {
        if (mutants.size() != 1 || list) {
            throw new IllegalArgumentException(
                    "--run needs --mutants with one name, and no --list");
        }
        Evidence.parse(evidence);
    }

    /** A message for each mutant whose code was not found. */
    static List<String> missed(List<Mutant> mutants) {
        Planting planting = new Planting(MutantOptions.class.getClassLoader());
        List<String> missed = new ArrayList<>();
        for (Mutant mutant : mutants) {
            try {
                planting.check(mutant);
            } catch (EditMissedException e) {
                missed.add(
                        "Mutant %s: the code that it changes was not found, adapt it: %s"
                                .formatted(mutant.name(), e.getMessage()));
            }
        }
        return missed;
    }
}
