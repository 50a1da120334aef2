package io.vmferry.machine.lease;

import io.vmferry.protocol.failure.LeaseAnswer;

/** What has come of an attempt to take a lease. */
public sealed interface Taking {

    /** This node owns the lease, and nobody else has owned it since this node had it last. */
    record Ours() implements Taking {}

    /**
     * This node owns the lease, and somebody else has owned it since this node had it last:
     * whatever ran on it there is newer than what this node still has.
     */
    record OursAfterOthers() implements Taking {}

    /**
     * Somebody else owns the lease.
     *
     * @param by who, as far as the lease tells
     */
    record HeldElsewhere(String by) implements Taking {}

    /**
     * Nobody can tell who owns the lease, or this node cannot become its owner; later it may.
     *
     * @param why in a few words
     */
    record Unusable(String why) implements Taking {}

    /** Which rows of the lease table apply. */
    default LeaseAnswer answer() {
        return switch (this) {
            case Ours _ -> LeaseAnswer.OURS;
            case OursAfterOthers _ -> LeaseAnswer.OURS_AFTER_OTHERS;
            case HeldElsewhere _ -> LeaseAnswer.HELD_ELSEWHERE;
            case Unusable _ -> LeaseAnswer.UNUSABLE;
        };
    }

    /** Whether this node owns the lease. */
    default boolean owned() {
        return switch (this) {
            case Ours _, OursAfterOthers _ -> true;
            case HeldElsewhere _, Unusable _ -> false;
        };
    }

    /**
     * The attempt's outcome as a clause.
     *
     * @param lease what the lease is called
     */
    default String text(String lease) {
        return switch (this) {
            case Ours() -> lease + " is held here";
            case OursAfterOthers() -> lease + " is held here, after somebody else has held it";
            case HeldElsewhere(String by) -> lease + " is held by " + by;
            case Unusable(String why) -> lease + " cannot be used: " + why;
        };
    }
}
