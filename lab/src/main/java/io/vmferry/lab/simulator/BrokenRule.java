package io.vmferry.lab.simulator;

import org.jspecify.annotations.Nullable;

/** The violation of an {@link Invariant}. */
public class BrokenRule extends AssertionError {

    private static final long serialVersionUID = 1L;

    private final Invariant invariant;

    /**
     * A violation.
     *
     * @param how what was observed
     */
    public BrokenRule(Invariant invariant, String how) {
        this(invariant, how, null);
    }

    /**
     * A violation that another exception has shown.
     *
     * @param how what was observed
     */
    BrokenRule(Invariant invariant, String how, @Nullable Throwable cause) {
        super(how, cause);
        this.invariant = invariant;
    }

    /** The invariant that does not hold. */
    public Invariant invariant() {
        return invariant;
    }
}
