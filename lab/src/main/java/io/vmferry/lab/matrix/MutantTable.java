package io.vmferry.lab.matrix;

import io.vmferry.lab.mutants.Mutant;
import java.util.ArrayList;
import java.util.List;

/** Mutants as text for a terminal. */
final class MutantTable {

    /** The width of the names of a mutant and its rule. */
    static final int NAMES = 47;

    private MutantTable() {}

    /** The line of a mutant that was not run. */
    static String line(Mutant mutant) {
        return "%-32s %-13s %s%n%46s %s"
                .formatted(
                        mutant.name(),
                        mutant.invariant().text(),
                        mutant.meaning(),
                        "",
                        mutant.changes());
    }

    /** The lines of a mutant's result. */
    static String line(MutantResult result) {
        if (result.good()) {
            return "%-32s %-13s %5.1f s  %s%n%46s %s"
                    .formatted(
                            result.mutant().name(),
                            result.mutant().invariant().text(),
                            result.seconds(),
                            result.command(),
                            "",
                            result.text());
        }
        return "%-32s %-13s %5.1f s  %s: %s%n%46s %s"
                .formatted(
                        result.mutant().name(),
                        result.mutant().invariant().text(),
                        result.seconds(),
                        result.kind(),
                        result.text(),
                        "",
                        result.mutant().changes());
    }

    /** The number of caught mutants, and every one that was not caught. */
    static List<String> totals(List<MutantResult> results, double seconds) {
        List<String> lines = new ArrayList<>(List.of(""));
        results.stream().filter(r -> !r.good()).forEach(r -> lines.add(line(r)));
        lines.add(
                "%d mutants, %d caught by the invariant that they name, in %.0f s"
                        .formatted(
                                results.size(),
                                results.stream().filter(MutantResult::good).count(),
                                seconds));
        return lines;
    }
}
