package io.vmferry.protocol.failure;

/** What a side does about a {@link LeaseAnswer}. */
public enum LeaseConsequence {
    /** The guest runs here. */
    RUN("the guest runs here"),

    /** The guest stays stopped here; an operator may ask again by {@code cont}. */
    STAY_STOPPED("the guest stays stopped here"),

    /** The migration fails, and the source has the guest. */
    FAIL_AND_KEEP("fails; the source has the guest"),

    /** The migration fails, and the guest stays stopped at the source. */
    FAIL_AND_STAY_STOPPED("fails; the guest stays stopped here"),

    /** Postcopy pauses, and the destination has the guest. */
    PAUSE("pauses; the destination has the guest"),

    /** Postcopy pauses, and the lease is asked again for as long. */
    PAUSE_AND_ASK_AGAIN("pauses, and the lease is asked again"),

    /** The guest stays stopped until the lease gives another answer. */
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
