package io.vmferry.protocol.failure;

import io.vmferry.protocol.Named;

/** The consequence of a {@link Failure} for one side. */
public enum Consequence implements Named {
    /** The migration fails; the guest stays at the source, or goes on there. */
    FAIL_AND_KEEP("fails; the source keeps the guest"),

    /** The migration is cancelled; the guest stays at the source, or goes on there. */
    CANCEL_AND_KEEP("is cancelled; the source keeps the guest"),

    /** The migration is cancelled although the guest needs pages of the source, as old QEMUs do. */
    ABANDON("is cancelled; the guest is lost"),

    /**
     * The lease decides: the side that can take it has the guest. At the source that ends in {@link
     * #FAIL_AND_KEEP} or {@link #PAUSE}, at the destination in {@link #FAIL_AND_KEEP} or the run of
     * the guest.
     */
    SETTLE_BY_LEASE("the lease decides who has the guest"),

    /**
     * Nothing more is sent; what the peer says next, or the end of its channels, decides. For
     * failures that the peer does not know of, and only for so long.
     */
    WAIT_FOR_PEER("stops sending; the peer's answer or the end of its channels decides"),

    /** Postcopy pauses; the guest stays at the destination, and the migration can be recovered. */
    PAUSE("pauses; the destination keeps the guest"),

    /** Nothing is missing at the destination: the migration completes. */
    COMPLETE("completes; nothing is missing at the destination"),

    /** Nothing changes: whoever has the guest keeps it. */
    KEEP_RUNNING("nothing changes, the failure is logged"),

    /** The command is rejected and nothing changes. */
    REJECT("is rejected");

    private final String meaning;

    Consequence(String meaning) {
        this.meaning = meaning;
    }

    /** What happens to migration and guest, for documentation. */
    public String meaning() {
        return meaning;
    }
}
