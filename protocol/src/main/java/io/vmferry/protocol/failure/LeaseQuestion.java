package io.vmferry.protocol.failure;

/** The occasions on which an engine asks the lease who has the guest. */
public enum LeaseQuestion {
    /** The source, after a failure for which {@link FailureTable} has the lease decide. */
    SOURCE_SETTLES(
            "the source: everything that lets the guest run elsewhere was sent, and no answer comes any more"),

    /** The source, before the guest goes on there. */
    SOURCE_TAKES_BACK("the source: its migration has failed or is cancelled"),

    /** The destination, before it says that the package is loaded. */
    DESTINATION_ANSWERS(
            "the destination: the source waits for the answer that the package is loaded"),

    /** The destination of a source that has left the guest to it with the package. */
    DESTINATION_RUNS("the destination: POSTCOPY_RUN came from a source that expects no answer"),

    /** The destination of a precopy whose source hears whether it has succeeded. */
    DESTINATION_ARRIVED("the destination: a precopy is loaded, and its source learns of a failure"),

    /** The destination of a precopy whose source hears nothing. */
    DESTINATION_ARRIVED_UNHEARD(
            "the destination: a precopy is loaded, and its source learns nothing");

    private final String meaning;

    LeaseQuestion(String meaning) {
        this.meaning = meaning;
    }

    /** Who asks and when, for documentation. */
    public String meaning() {
        return meaning;
    }
}
