package io.vmferry.source.outgoing;

import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.failure.FailureTable.GuestOwner;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.options.Parameters;
import io.vmferry.protocol.profile.Deviation;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.status.MigrationState;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.source.outgoing.channel.ChannelPlan;
import io.vmferry.source.outgoing.channel.MigrateArguments;
import io.vmferry.source.outgoing.channel.OutgoingChannels;
import io.vmferry.source.outgoing.end.AttemptEnd;
import io.vmferry.source.outgoing.figures.BandwidthWindow;
import io.vmferry.source.outgoing.phase.SwitchoverPhase;
import io.vmferry.source.outgoing.ram.XbzrleCounters;
import io.vmferry.source.outgoing.ram.XbzrleOutput;
import io.vmferry.source.outgoing.state.MigrationError;
import io.vmferry.source.outgoing.state.Stage;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** One attempt to migrate, as the commands see it. Confined to the engine's loop. */
final class OutgoingAttempt {

    private final AttemptParts parts;
    private final long startNanos;
    private final AttemptEnd end;
    private OutgoingChannels channels;
    private Driver driver;

    /**
     * @param xbzrle what was counted in migrations before
     * @param silenceLimitSeconds how long a destination that has the guest may be silent
     * @param whenPaused gets the figures when the guest is left to the destination
     * @param whenEnded gets the figures when the migration has ended
     */
    OutgoingAttempt(
            Guest guest,
            MigrationOptions options,
            OutgoingPorts ports,
            MigrateArguments arguments,
            MigrationState state,
            MigrationError error,
            XbzrleCounters xbzrle,
            OptionalInt silenceLimitSeconds,
            Consumer<OutgoingFigures> whenPaused,
            Consumer<OutgoingFigures> whenEnded) {
        ChannelPlan plan = plan(arguments, options, false);
        AttemptParts parts =
                new AttemptParts(
                        guest,
                        options,
                        ports,
                        state,
                        error,
                        xbzrle,
                        plan.answered(),
                        silenceLimitSeconds);
        long start = ports.loop().nanoTime();
        this.parts = parts;
        this.startNanos = start;
        this.channels = parts.channels(arguments, plan);
        this.end =
                new AttemptEnd(
                        parts.attempt,
                        parts.handover,
                        parts.rules,
                        options,
                        state,
                        error,
                        guest,
                        parts.guestStop,
                        parts.unplug,
                        parts.autoConverge,
                        parts.writes,
                        parts.sections.ram(),
                        parts.downtime,
                        ports.loop(),
                        ports.probe(),
                        parts.turns,
                        channels,
                        () -> whenPaused.accept(OutgoingFigures.of(parts, start)),
                        () -> whenEnded.accept(OutgoingFigures.of(parts, start)));
        this.driver = driver(channels);
    }

    private static ChannelPlan plan(
            MigrateArguments arguments, MigrationOptions options, boolean recovers) {
        int multifd =
                options.capabilities().has(Capability.MULTIFD)
                        ? options.parameters().multifdChannels()
                        : 0;
        return ChannelPlan.of(
                arguments, options.capabilities(), options.profile(), multifd, recovers);
    }

    private Driver driver(OutgoingChannels on) {
        OutgoingPhases phases = new OutgoingPhases(parts, on, end::streamDrained);
        return new Driver(phases, on, parts.attempt, end, parts.turns);
    }

    /** Connects; the status is setup until the setup sections are sent. */
    void begin() {
        parts.turns.begin(() -> driver.run(), end::end);
        channels.open(this::connected);
    }

    private void connected() {
        parts.ports.probe().reached(PointName.CONNECTED);
        parts.counters.setupBegins(parts.ports.loop().nanoTime());
        parts.window.begin();
        parts.unplug.request();
        driver.begin(Stage.SETUP);
    }

    /** {@code migrate} with {@code resume}: new channels for a postcopy that is paused. */
    void resume(MigrateArguments arguments) {
        channels = parts.channels(arguments, plan(arguments, parts.options, true));
        end.resume(channels);
        parts.recovery.begin();
        driver = driver(channels);
        if (parts.options.profile().has(Trait.RECOVER_SETUP)) {
            parts.state.move(
                    MigrationStatus.POSTCOPY_PAUSED, MigrationStatus.POSTCOPY_RECOVER_SETUP);
        }
        channels.open(this::reconnected);
    }

    private void reconnected() {
        parts.ports.probe().reached(PointName.CONNECTED);
        parts.error.forget();
        parts.state.move(parts.state.get(), MigrationStatus.POSTCOPY_RECOVER);
        driver.begin(Stage.RECOVERY);
    }

    /** {@code migrate-continue}. */
    void proceed() {
        if (driver.phase().orElse(null) instanceof SwitchoverPhase switchover) {
            switchover.proceed().ifPresentOrElse(end::end, parts.turns::now);
        }
    }

    /** {@code migrate-start-postcopy}. */
    void startPostcopy() {
        parts.attempt.requestPostcopy();
        parts.turns.now();
    }

    /**
     * Applies a new size of XBZRLE's cache, and a new rate limit at once, except during the
     * switchover, which has none.
     *
     * @throws QmpException if there is no memory for the cache; it stays as it is then
     */
    void parametersChanged() throws QmpException {
        applyLimit();
        resizeCache();
    }

    private void resizeCache() throws QmpException {
        if (parts.options.follows(Deviation.CACHE_RESIZE)) {
            return;
        }
        long sizeBytes = parts.options.parameters().xbzrleCacheBytes();
        Optional<OutOfMemoryError> refused =
                parts.sections.ram().xbzrle().flatMap(output -> output.resize(sizeBytes));
        if (refused.isPresent()) {
            throw QmpException.generic(XbzrleOutput.NO_CACHE);
        }
    }

    private void applyLimit() {
        BandwidthWindow window = parts.window;
        Parameters parameters = parts.options.parameters();
        switch (parts.attempt.stage().orElse(Stage.SWITCHOVER)) {
            case SETUP, UNPLUG, PRECOPY, SNAPSHOT_RAM ->
                    window.limit(parameters.maxBandwidthBytesPerSecond());
            case POSTCOPY -> window.limit(parameters.maxPostcopyBandwidthBytesPerSecond());
            case SNAPSHOT_MOMENT,
                    SNAPSHOT_COMPLETION,
                    SWITCHOVER,
                    COMPLETION,
                    POSTCOPY_PREPARE,
                    POSTCOPY_SWITCHOVER,
                    PACKAGE,
                    RECOVERY -> {
                return;
            }
        }
        parts.turns.now();
    }

    /** Ends or interrupts the migration. */
    void end(Failure failure) {
        end.end(failure);
    }

    /** Whether the migration has ended or is paused. */
    boolean halted() {
        return parts.attempt.halted();
    }

    /** Whether the channels are connected and the migration is running. */
    boolean working() {
        return parts.attempt.working();
    }

    /** Whether the transport has taken the whole stream. */
    boolean awaitsLastAnswer() {
        return parts.handover.isDrained();
    }

    /** How many multifd channels there are. */
    int multifdChannels() {
        return parts.multifd.count();
    }

    /** Whether the lease has yet to decide who owns the guest, or whether it may run here. */
    boolean awaitsLease() {
        return end.awaitsLease();
    }

    /** Who owns the guest, as far as that is decided. */
    GuestOwner owner() {
        return end.owner();
    }

    /** Whether only a snapshot of the guest is made. */
    boolean snapshot() {
        return end.snapshot();
    }

    OutgoingChannels channels() {
        return channels;
    }

    OutgoingFigures figures() {
        return OutgoingFigures.of(parts, startNanos);
    }
}
