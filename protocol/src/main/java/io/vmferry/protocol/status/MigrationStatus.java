package io.vmferry.protocol.status;

import io.vmferry.protocol.Named;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;

/** QEMU's {@code MigrationStatus}, in the order of its newest version. */
public enum MigrationStatus implements Named {
    /** Nothing was ever started on this side; never seen in an event. */
    NONE,
    /** Source: connecting and sending the setup sections. Destination: waiting for channels. */
    SETUP,
    /** A cancel was requested and channels are being closed. */
    CANCELLING,
    /** The cancel is complete. */
    CANCELLED,
    /** Precopy: the guest still runs on the source. */
    ACTIVE,
    /** The package of device states is on its way; the destination does not run the guest yet. */
    POSTCOPY_DEVICE,
    /** The destination owns the guest, pages follow. */
    POSTCOPY_ACTIVE,
    /** The channel of a postcopy is lost; both sides wait for a recovery. */
    POSTCOPY_PAUSED,
    /** Source: a recovery was requested and is connecting. */
    POSTCOPY_RECOVER_SETUP,
    /** Connected again, the received bitmaps are being exchanged. */
    POSTCOPY_RECOVER,
    /** Finished. */
    COMPLETED,
    /** The migration is lost and the source is cleaning up. */
    FAILING,
    /** The migration is lost. */
    FAILED,
    /** COLO checkpointing. */
    COLO,
    /** The source guest is stopped and {@code migrate-continue} is awaited. */
    PRE_SWITCHOVER,
    /** The source guest is stopped and the rest of its state is being sent. */
    DEVICE,
    /** Source: a failover device is being unplugged first. */
    WAIT_UNPLUG;

    /** Whether a version has this status at all. */
    public boolean knownTo(Profile profile) {
        return switch (this) {
            case POSTCOPY_DEVICE -> profile.has(Trait.POSTCOPY_DEVICE);
            case POSTCOPY_RECOVER_SETUP -> profile.has(Trait.RECOVER_SETUP);
            case FAILING -> profile.has(Trait.FAILING);
            case NONE,
                    SETUP,
                    CANCELLING,
                    CANCELLED,
                    ACTIVE,
                    POSTCOPY_ACTIVE,
                    POSTCOPY_PAUSED,
                    POSTCOPY_RECOVER,
                    COMPLETED,
                    FAILED,
                    COLO,
                    PRE_SWITCHOVER,
                    DEVICE,
                    WAIT_UNPLUG ->
                    true;
        };
    }

    /** Whether a migration is in progress, so that a second one and capability changes wait. */
    public boolean running() {
        return switch (this) {
            case SETUP,
                    WAIT_UNPLUG,
                    ACTIVE,
                    PRE_SWITCHOVER,
                    DEVICE,
                    POSTCOPY_DEVICE,
                    POSTCOPY_ACTIVE,
                    POSTCOPY_PAUSED,
                    POSTCOPY_RECOVER_SETUP,
                    POSTCOPY_RECOVER,
                    CANCELLING,
                    FAILING,
                    COLO ->
                    true;
            case NONE, CANCELLED, COMPLETED, FAILED -> false;
        };
    }

    /** Whether the package was sent, so that the source may no longer be cancelled. */
    public boolean inPostcopy() {
        return switch (this) {
            case POSTCOPY_DEVICE,
                    POSTCOPY_ACTIVE,
                    POSTCOPY_PAUSED,
                    POSTCOPY_RECOVER_SETUP,
                    POSTCOPY_RECOVER ->
                    true;
            case NONE,
                    SETUP,
                    CANCELLING,
                    CANCELLED,
                    ACTIVE,
                    COMPLETED,
                    FAILING,
                    FAILED,
                    COLO,
                    PRE_SWITCHOVER,
                    DEVICE,
                    WAIT_UNPLUG ->
                    false;
        };
    }

    /** Whether the migration is over, one way or the other. */
    public boolean terminal() {
        return this == COMPLETED || this == FAILED || this == CANCELLED;
    }
}
