package io.vmferry.protocol.failure;

/** Who has the guest while it migrates, as far as one side knows. */
public enum GuestOwner {
    /** The source: nothing has left it that would let the guest run elsewhere. */
    SOURCE("the source"),

    /**
     * Handed over, and the answer has not come: the source has sent all that the destination needs
     * to run the guest, or the destination is taking the lease.
     */
    UNDECIDED("not known yet"),

    /** The destination, which still lacks pages that only the source has. */
    DESTINATION("the destination, without all of its memory"),

    /** The destination, with all of its memory. */
    DESTINATION_COMPLETE("the destination, with all of its memory"),

    /** Whoever it is: the migration has ended or is paused, and nothing is under way. */
    SETTLED("whoever has it, the migration has ended or is paused");

    private final String meaning;

    GuestOwner(String meaning) {
        this.meaning = meaning;
    }

    /** Who has the guest, for documentation. */
    public String meaning() {
        return meaning;
    }
}
