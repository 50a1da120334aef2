package io.vmferry.protocol.failure;

import io.vmferry.protocol.failure.LeaseTable.LeaseResult;

/** The consequence of a {@link LeaseResult} for one side. */
public enum LeaseConsequence {
    RUN("the guest runs here"),
    STAY_STOPPED("the guest stays stopped here"),
    FAIL_AND_KEEP("fails; the source has the guest"),
    FAIL_AND_STAY_STOPPED("fails; the guest stays stopped here"),
    PAUSE("pauses; the destination has the guest"),
    PAUSE_AND_ASK_AGAIN("pauses, and the lease is asked again"),
    ASK_AGAIN("the guest stays stopped, and the lease is asked again");

    private final String meaning;

    LeaseConsequence(String meaning) {
        this.meaning = meaning;
    }

    /** What happens to migration and guest, for documentation. */
    public String meaning() {
        return meaning;
    }
}
