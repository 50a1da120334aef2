package io.vmferry.machine.lease;

import io.vmferry.protocol.failure.LeaseTable.LeaseResult;

/**
 * What has come of an attempt to take a lease. Each outcome says for itself what it is: a switch
 * over them is milliseconds of linking when it is first run, and the guest is stopped then.
 */
public sealed interface Taking {

    /** This node holds the lease, and nobody else has held it since this node had it last. */
    record Ours() implements Taking {
        @Override
        public LeaseResult result() {
            return LeaseResult.OURS;
        }

        @Override
        public boolean held() {
            return true;
        }

        @Override
        public String text(String lease) {
            return lease + " is held here";
        }
    }

    /**
     * This node holds the lease, and somebody else has held it since this node had it last:
     * whatever ran on it there is newer than what this node still has.
     */
    record OursAfterOthers() implements Taking {
        @Override
        public LeaseResult result() {
            return LeaseResult.OURS_AFTER_OTHERS;
        }

        @Override
        public boolean held() {
            return true;
        }

        @Override
        public String text(String lease) {
            return lease + " is held here, after another node has held it";
        }
    }

    /**
     * Somebody else holds the lease.
     *
     * @param by who, as far as the lease tells
     */
    record HeldElsewhere(String by) implements Taking {
        @Override
        public LeaseResult result() {
            return LeaseResult.HELD_ELSEWHERE;
        }

        @Override
        public boolean held() {
            return false;
        }

        @Override
        public String text(String lease) {
            return lease + " is held by " + by;
        }
    }

    /**
     * Nobody can tell who holds the lease, or this node cannot become its holder; later it may.
     *
     * @param why in a few words
     */
    record Unusable(String why) implements Taking {
        @Override
        public LeaseResult result() {
            return LeaseResult.UNUSABLE;
        }

        @Override
        public boolean held() {
            return false;
        }

        @Override
        public String text(String lease) {
            return lease + " cannot be used: " + why;
        }
    }

    /** Which rows of the lease table apply. */
    LeaseResult result();

    /** Whether this node holds the lease. */
    boolean held();

    /**
     * The attempt's outcome as a clause.
     *
     * @param lease what the lease is called
     */
    String text(String lease);
}
