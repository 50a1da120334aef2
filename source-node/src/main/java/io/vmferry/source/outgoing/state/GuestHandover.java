package io.vmferry.source.outgoing.state;

import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.failure.AllSteps;
import io.vmferry.protocol.failure.FailureTable.GuestOwner;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.status.MigrationState;
import io.vmferry.protocol.status.MigrationStatus;

/** The progress of the handover: what was sent and answered. The driver changes the status. */
public final class GuestHandover {

    private final MigrationState state;
    private final MigrationOptions options;
    private final Probe probe;
    private final boolean answered;
    private boolean packageSent;
    private boolean packageLoaded;
    private boolean streamEnds;
    private boolean drained;
    private boolean shut;

    /**
     * @param answered whether there is a return path at the start; it does not matter in a recovery
     */
    public GuestHandover(
            MigrationState state, MigrationOptions options, Probe probe, boolean answered) {
        this.state = state;
        this.options = options;
        this.probe = probe;
        this.answered = answered;
    }

    // ---- what has been sent

    /** The package is about to leave. */
    public void packageWasSent() {
        packageSent = true;
    }

    public boolean packageSent() {
        return packageSent;
    }

    /** The end of the stream is about to be written. */
    public void streamEnds() {
        streamEnds = true;
    }

    /** Whether the end of the stream has been written. */
    public boolean isStreamEnded() {
        return streamEnds;
    }

    /**
     * The transport has taken all that was written.
     *
     * @return whether that is the whole stream
     */
    public boolean drained() {
        drained |= streamEnds;
        return drained;
    }

    /** Whether the transport has taken the whole stream. */
    public boolean isDrained() {
        return drained;
    }

    // ---- what has been answered

    /** Notes that the destination has loaded the package. */
    public void packageIsLoaded() {
        packageLoaded = true;
    }

    /** Notes SHUT 0: the destination sends nothing more. */
    public void shutReceived() {
        shut = true;
    }

    /** Whether SHUT 0 was received. */
    public boolean shut() {
        return shut;
    }

    /** Whether the destination has received everything. */
    public boolean finished() {
        return drained && shut;
    }

    /** Resets what was sent and answered, for the channels of a recovery. */
    public void resume() {
        drained = false;
        streamEnds = false;
        shut = false;
    }

    // ---- what follows

    /** Who owns the guest of a running migration. */
    public GuestOwner owner() {
        if (finished()) {
            return GuestOwner.DESTINATION_COMPLETE;
        }
        if (!packageSent) {
            return streamEnds ? GuestOwner.UNDECIDED : GuestOwner.SOURCE;
        }
        return answersPackage() && !packageLoaded ? GuestOwner.UNDECIDED : GuestOwner.DESTINATION;
    }

    /** Whether the destination acknowledges the package, which the source waits for. */
    private boolean answersPackage() {
        return options.profile().has(Trait.POSTCOPY_DEVICE) && answered;
    }

    /** Changes the status after the package was sent. */
    public void followSentPackage() {
        if (!packageSent || state.get() != MigrationStatus.DEVICE) {
            return;
        }
        if (answersPackage()) {
            state.move(MigrationStatus.DEVICE, MigrationStatus.POSTCOPY_DEVICE);
        } else if (options.profile().has(Trait.DEVICE_ALWAYS_ENTERED)) {
            state.move(MigrationStatus.DEVICE, MigrationStatus.POSTCOPY_ACTIVE);
        }
    }

    /**
     * Changes the status once the package is loaded; from then on a broken channel pauses.
     *
     * @return whether that is now
     */
    public boolean followLoadedPackage() {
        boolean now = packageLoaded && state.get() == MigrationStatus.POSTCOPY_DEVICE;
        if (now) {
            state.move(MigrationStatus.POSTCOPY_DEVICE, MigrationStatus.POSTCOPY_ACTIVE);
            probe.reached(PointName.PACKAGE_LOADED);
        }
        return now;
    }

    /** Changes the status to postcopy-active, whichever status of the handover it has. */
    public void enterPostcopyActive() {
        packageLoaded = true;
        AllSteps.run(
                this::followSentPackage,
                () -> {
                    if (state.get() == MigrationStatus.POSTCOPY_DEVICE) {
                        state.move(
                                MigrationStatus.POSTCOPY_DEVICE, MigrationStatus.POSTCOPY_ACTIVE);
                    }
                });
    }

    /** The status before completed. */
    public MigrationStatus lastStatus() {
        if (packageSent) {
            return MigrationStatus.POSTCOPY_ACTIVE;
        }
        boolean device =
                options.profile().has(Trait.DEVICE_ALWAYS_ENTERED)
                        || options.capabilities().has(Capability.PAUSE_BEFORE_SWITCHOVER);
        return device ? MigrationStatus.DEVICE : MigrationStatus.ACTIVE;
    }
}
