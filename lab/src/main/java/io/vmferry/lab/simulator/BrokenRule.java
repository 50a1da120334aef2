package io.vmferry.lab.simulator;

/** The violation of an {@link Invariant}. */
public class BrokenRule extends AssertionError {

    private static final long serialVersionUID = 1L;

    private final Invariant invariant;

    /**
     * A violation.
     *
     * @param how what was seen
     */
    public BrokenRule(Invariant invariant, String how) {
        this(invariant, how, null);
    }

    /**
     * A violation that something else has brought to light.
     *
     * @param how what was seen
     */
    BrokenRule(Invariant invariant, String how, Throwable cause) {
        super(how, cause);
        this.invariant = invariant;
    }

    /** Which invariant does not hold. */
    public Invariant invariant() {
        return invariant;
    }
}
