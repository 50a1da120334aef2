package io.vmferry.protocol.failure;

import java.util.Locale;

/** The kinds of {@link Failure}, as the failure table and metrics name them. */
public enum FailureKind {
    /** The peer sent what the protocol does not allow. */
    WIRE("the peer broke a rule of the protocol"),
    /** A connection could not be made, or broke. */
    TRANSPORT("a connection could not be made, or broke"),
    /** The peer says nothing although something is due. */
    SILENCE("the peer is silent although something is due"),
    /** A device cannot save or load its state. */
    DEVICE("a device cannot save or load its state"),
    /** The peer has reported that it failed (SHUT with a value other than 0). */
    PEER_REPORT("the peer reported that it failed"),
    /** The disks of the guest, for which the lease stands, cannot be had. */
    LEASE("the lease cannot be taken"),
    /** The operator paused the migration: {@code migrate-pause}. */
    PAUSE_COMMAND("migrate-pause"),
    /** The operator cancelled the migration: {@code migrate_cancel}. */
    CANCEL_COMMAND("migrate_cancel"),
    /** An exception or error of our own code. */
    BUG("an exception or error of our own code");

    private final String meaning;

    FailureKind(String meaning) {
        this.meaning = meaning;
    }

    /** What happened, for documentation. */
    public String meaning() {
        return meaning;
    }

    /** The value of labels, like {@code peer-report}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
