package io.vmferry.lab.matrix;

import io.vmferry.lab.simulator.Outcome;
import java.util.Locale;

/** Outcomes as reports write them. */
final class Outcomes {

    private Outcomes() {}

    /** For example {@code safe-at-source}. */
    static String text(Outcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
