package io.vmferry.lab.simulator;

import io.vmferry.protocol.Named;

/** An invariant of every simulation, for every fault. A violation is a {@link BrokenRule}. */
public enum Invariant implements Named {
    /** Checked at every event. */
    ONE_GUEST("the guest never runs on both sides, nor while an outsider holds its disks"),

    /** Checked at every event, and where the source receives PONG 0x42. */
    LEASE("the guest runs, or is said to be the destination's, only under its lease"),

    /** Checked by the oracle of the destination, and by every vCPU before it overwrites a page. */
    MEMORY("a guest that continues finds all that it has written"),

    /** Checked by the ledgers of the vCPUs. */
    STEPS("each step of a vCPU is executed once"),

    /** Checked by {@link AllowedOutcomes}. */
    OWNER("when a migration has ended, the guest is where the rule of ownership allows it"),

    /** Checked when the guest is the source's again, and when it has left it. */
    SOURCE("a guest that stays at the source is unchanged, and one that has moved is marked"),

    /** Checked when the guest has moved. */
    ARRIVED("a guest that has moved has its devices, runs if it is to, and executes steps"),

    /** Checked when nothing happens any more, or for too long. */
    REST("both sides come to rest"),

    /** Checked at every change of a status. */
    STATES("a status moves along the tables only"),

    /** Checked when both are at rest. */
    WIRE("two engines of ours never break the protocol to each other"),

    /** Checked at every requested page. */
    PLACED_ONCE("a requested page is placed once"),

    /** Checked at every requested page. */
    ASKED("a page that is waited for has been requested on the current channels"),

    /** Checked when a recovery knows what has arrived. */
    SENT_ONCE("after a break only pages that were in transit are sent again"),

    /** Checked when the source stops the guest. */
    BANDWIDTH("precopy keeps the limit of its bandwidth"),

    /** Checked at every acknowledgement, and where the source continues after it. */
    ACKNOWLEDGED(
            "no side continues, or lets the other side continue, before the destination is ready"),

    /** Checked when the guest has moved and nothing went wrong. */
    FIGURES("the counters of both sides agree with each other and with the bytes carried"),

    /** Checked by exit codes, verdicts and monitors. */
    TRUTH("the exit codes, verdicts and monitor replies of a process are true"),

    /** Checked when the source has its guest again. */
    AGAIN("a source that has its guest again moves it with the next migrate"),

    /** Checked at the end of each task of an engine. */
    NO_EXCEPTION("no engine throws an exception that was not injected"),

    /** Checked for cells of the matrix. */
    BOUNDED("the bytes in transit are bounded");

    private final String meaning;

    Invariant(String meaning) {
        this.meaning = meaning;
    }

    /** The invariant as a clause. */
    public String meaning() {
        return meaning;
    }

    /**
     * Requires what the invariant says.
     *
     * @param otherwise what is the case when it does not hold
     */
    public void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new BrokenRule(this, otherwise);
        }
    }

    /** The invariant that a failed simulation has found broken. */
    static Invariant of(Throwable failure) {
        return failure instanceof BrokenRule broken ? broken.invariant() : NO_EXCEPTION;
    }
}
