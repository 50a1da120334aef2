package io.vmferry.protocol.failure;

/** The answers that a lease can give to a node that tries to take it. */
public enum LeaseAnswer {
    /** This node owns it, and nobody else has owned it since this node had it last. */
    OURS("ours"),

    /** This node owns it, and somebody else has owned it since this node had it last. */
    OURS_AFTER_OTHERS("ours, after somebody else has had it"),

    /** Somebody else owns it. */
    HELD_ELSEWHERE("held elsewhere"),

    /** Nobody can tell who owns it, or this node cannot become its owner now. */
    UNUSABLE("unusable");

    private final String meaning;

    LeaseAnswer(String meaning) {
        this.meaning = meaning;
    }

    /** The answer, for documentation. */
    public String meaning() {
        return meaning;
    }
}
