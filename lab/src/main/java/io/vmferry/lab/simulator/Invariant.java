package io.vmferry.lab.simulator;

import java.util.Locale;

/** What holds in every simulation, whatever goes wrong. A violation is a {@link BrokenRule}. */
public enum Invariant {
    /** Judged at every event. */
    ONE_GUEST("the guest never runs on both sides, nor while an outsider owns its disks"),

    /** Judged at every event, and where the source hears that the guest is the destination's. */
    LEASE("the guest runs, or is said to be the destination's, only under its lease"),

    /** Judged by the oracle of the destination, and by every vCPU before it overwrites a page. */
    MEMORY("a guest that goes on finds all that it has written"),

    /** Judged by the ledgers of the vCPUs. */
    STEPS("each step of a vCPU is executed once"),

    /** Judged by {@link AllowedOutcomes}. */
    OWNER("when a migration has ended, the guest is with whom the rule of ownership says"),

    /** Judged when the guest is the source's again, and when it has left it. */
    SOURCE("a guest that stays at the source is there as it was, and one that has left is marked"),

    /** Judged when the guest has moved. */
    ARRIVED("a guest that has moved has its devices, runs if it is to, and executes steps"),

    /** Judged when nothing goes on any more, or too long. */
    REST("both sides come to rest"),

    /** Judged at every change of a status. */
    STATES("a status moves along the tables only"),

    /** Judged when both are at rest. */
    WIRE("two engines of ours never break the protocol to each other"),

    /** Judged at every page that was asked for. */
    PLACED_ONCE("a page that was asked for is placed once"),

    /** Judged at every page that was asked for. */
    ASKED("a page that is waited for has been asked for on the channels that stand"),

    /** Judged when a recovery knows what has arrived. */
    SENT_ONCE("after a break only what was on its way is sent again"),

    /** Judged when the source stops the guest. */
    BANDWIDTH("precopy keeps the limit of its bandwidth"),

    /** Judged at every acknowledgement, and where the source goes on with it. */
    ACKNOWLEDGED("nobody goes on, or lets the other side go on, before the destination is ready"),

    /** Judged when the guest has moved and nothing went wrong. */
    FIGURES("both sides count the same, and as much as was carried"),

    /** Judged by exit codes, verdicts and monitors. */
    TRUTH("what a process reports to its user is true"),

    /** Judged when the source has its guest again. */
    AGAIN("a source that has its guest again moves it with the next migrate"),

    /** Judged at the end of each task of an engine. */
    NO_EXCEPTION("no engine throws what nobody has planned"),

    /** Judged for cells of the matrix. */
    BOUNDED("little is under way at once");

    private final String meaning;

    Invariant(String meaning) {
        this.meaning = meaning;
    }

    /** What holds, as a clause. */
    public String meaning() {
        return meaning;
    }

    /** The name as people write it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The invariant that a failed simulation has found broken. */
    static Invariant of(Throwable failure) {
        return failure instanceof BrokenRule broken ? broken.invariant() : NO_EXCEPTION;
    }
}
