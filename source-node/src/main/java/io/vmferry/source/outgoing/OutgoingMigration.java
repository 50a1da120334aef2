package io.vmferry.source.outgoing;

import io.vmferry.machine.device.Device;
import io.vmferry.machine.device.Device.MigrationBlocker;
import io.vmferry.machine.device.IterableDevice;
import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.monitor.EventSink;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.failure.AllSteps;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.failure.FailureTable.GuestOwner;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Deviation;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.qmp.QmpEvent;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.status.MigrationState;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import io.vmferry.protocol.status.Side;
import io.vmferry.source.outgoing.channel.MigrateArguments;
import io.vmferry.source.outgoing.end.UnstartedEnd;
import io.vmferry.source.outgoing.ram.XbzrleCounters;
import io.vmferry.source.outgoing.state.MigrationError;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * The outgoing side of a node, as its commands see it: {@code migrate}, {@code migrate_cancel},
 * {@code migrate-continue} and their reports. Confined to the engine's loop, like everything below
 * it.
 */
public final class OutgoingMigration {

    private final Guest guest;
    private final MigrationOptions options;
    private final OutgoingPorts ports;
    private final MigrationState state;
    private final EventSink events;
    private final UnstartedEnd unstarted;
    private final MigrationError error = new MigrationError();
    private final XbzrleCounters xbzrle = new XbzrleCounters();
    private Consumer<OutgoingFigures> whenEnded = figures -> {};
    private Consumer<OutgoingFigures> whenPaused = figures -> {};
    private OptionalInt livenessLimitSeconds = OptionalInt.empty();
    private Optional<OutgoingAttempt> attempt = Optional.empty();

    /** A source that has not migrated yet. */
    public OutgoingMigration(Guest guest, MigrationOptions options, OutgoingPorts ports) {
        this.guest = guest;
        this.options = options;
        this.ports = ports;
        this.state = new MigrationState(Side.SOURCE, options.profile(), this::moved);
        this.events = ports.migrationEvents(options);
        this.unstarted = new UnstartedEnd(state, ports.probe());
    }

    private void moved(MigrationStatus from, MigrationStatus to) {
        if (to == MigrationStatus.FAILED && (failsWithoutError(from) || failsUnbuilt(from))) {
            error.conceal();
        }
        ports.probe().reached(PointName.STATUS, to);
        events.emit(new QmpEvent.Migration(to));
    }

    /** 7.2 reports what fails in the stream, and nothing else of a switchover. */
    private boolean failsWithoutError(MigrationStatus from) {
        if (options.profile().has(Trait.SWITCHOVER_ERROR)) {
            return false;
        }
        return switch (from) {
            case PRE_SWITCHOVER, DEVICE, POSTCOPY_ACTIVE -> true;
            case ACTIVE -> attempt.map(OutgoingAttempt::awaitsLastAnswer).orElse(false);
            default -> false;
        };
    }

    /** Some versions have failed already when they are to record that a transport is not built. */
    private boolean failsUnbuilt(MigrationStatus from) {
        return from == MigrationStatus.SETUP
                && options.profile().has(Trait.PROTOCOL_REFUSAL_UNTOLD)
                && attempt.filter(a -> a.channels().address() instanceof MigrationAddress.Absent)
                        .isPresent();
    }

    /**
     * Starts a migration and returns before it is connected.
     *
     * @throws QmpException when the guest cannot be migrated now; nothing has changed then
     */
    public void migrate(MigrateArguments arguments) throws QmpException {
        requirePossible();
        requireSnapshotPossible();
        requireNoConnect();
        state.restart();
        error.restart(Optional.empty());
        OutgoingAttempt next =
                new OutgoingAttempt(
                        guest,
                        options,
                        ports,
                        arguments,
                        state,
                        error,
                        xbzrle,
                        livenessLimitSeconds,
                        figures -> whenPaused.accept(figures),
                        figures -> whenEnded.accept(figures));
        attempt = Optional.of(next);
        state.move(MigrationStatus.NONE, MigrationStatus.SETUP);
        next.begin();
    }

    /**
     * Refuses a snapshot of a guest that cannot stop for it, on which QEMU aborts, or that has
     * devices which cannot be part of one.
     */
    private void requireSnapshotPossible() throws QmpException {
        if (!options.capabilities().has(Capability.BACKGROUND_SNAPSHOT)) {
            return;
        }
        RunState run = guest.run().state();
        if (run != RunState.PAUSED && !RunState.transitions().allows(run, RunState.PAUSED)) {
            throw QmpException.generic(
                    "invalid runstate transition: '%s' -> 'paused'".formatted(run.text()));
        }
        for (Device device : guest.devices()) {
            if (device instanceof IterableDevice) {
                throw QmpException.generic(
                        "%s: VFIO migration is not supported with background snapshot"
                                .formatted(device.idstr()));
            }
        }
    }

    /** Refuses to begin while a cancelled connect runs; some versions change the status before. */
    private void requireNoConnect() throws QmpException {
        if (attempt.map(a -> a.channels().connecting().abandonedConnect()).orElse(false)) {
            state.restart();
            state.move(MigrationStatus.NONE, MigrationStatus.SETUP);
            throw QmpException.generic("duplicate yank instance");
        }
    }

    /** Sets a callback for the result of opening the main channel of the new migration. */
    public void whenOpened(Consumer<Optional<IOException>> opened) {
        attempt.orElseThrow().channels().connecting().whenOpened(opened);
    }

    /** Refuses a migration that needs answers to a file, before {@link #migrate} fails with it. */
    public void requireAnswers(MigrationAddress address) throws QmpException {
        for (Capability needing : List.of(Capability.RETURN_PATH, Capability.POSTCOPY_RAM)) {
            if (address instanceof MigrationAddress.File && options.capabilities().has(needing)) {
                throw QmpException.generic(
                        "Nothing comes back from a file: switch capability '%s' off"
                                .formatted(needing.text()));
            }
        }
    }

    /**
     * Begins a migration that fails at once because its address cannot be used.
     *
     * @param reason the text for {@code query-migrate}, if there is one
     */
    public void failAtOnce(Optional<String> reason) {
        state.restart();
        attempt = Optional.empty();
        error.restart(reason);
        AllSteps.run(
                () -> state.move(MigrationStatus.NONE, MigrationStatus.SETUP),
                () -> unstarted.fail(reason.orElse("no address")));
    }

    /**
     * An exception or error that a task of this engine let escape. Whoever runs the loop reports
     * it; here it ends or pauses the migration under way, as the failure table says.
     */
    public void broken(Throwable bug) {
        attempt.ifPresent(a -> a.end(new Failure.Bug(bug)));
    }

    /**
     * Whether the guest can be migrated now, wherever to.
     *
     * @throws QmpException saying why it cannot
     */
    public void requirePossible() throws QmpException {
        if (state.get().running()) {
            throw QmpException.generic("There's a migration process in progress");
        }
        RunState run = guest.run().state();
        if (run == RunState.INMIGRATE) {
            throw QmpException.generic("Guest is waiting for an incoming migration");
        }
        if (run == RunState.POSTMIGRATE) {
            throw QmpException.generic(
                    "Can't migrate the vm that was paused due to previous migration");
        }
        if (run == RunState.FINISH_MIGRATE) {
            throw QmpException.generic("The guest is not back from the last migration yet");
        }
        List<MigrationBlocker> blockers = guest.migrationBlockers();
        if (!blockers.isEmpty()) {
            throw QmpException.generic(blockers.getFirst().refusal());
        }
    }

    /**
     * {@code migrate} with {@code resume}: goes on with a postcopy that is paused. Returns before
     * the channels stand; where they cannot be made it is paused again.
     */
    public void resume(MigrateArguments arguments) throws QmpException {
        requirePaused();
        if (arguments.address() instanceof MigrationAddress.File) {
            throw QmpException.generic("Nothing comes back from a file: a postcopy needs answers");
        }
        if (!options.profile().has(Trait.RECOVERY_KEEPS_ERROR)) {
            error.forget();
        }
        attempt.orElseThrow().resume(arguments);
    }

    /**
     * Whether there is something to resume.
     *
     * @throws QmpException saying why there is not
     */
    public void requirePaused() throws QmpException {
        if (state.get() != MigrationStatus.POSTCOPY_PAUSED || connecting()) {
            throw QmpException.generic("Cannot resume if there is no paused migration");
        }
        if (options.capabilities().has(Capability.RELEASE_RAM)) {
            throw QmpException.generic(
                    "Postcopy recovery cannot work when release-ram capability is set");
        }
    }

    /**
     * Whether a recovery is connecting in a version without a status for it, which is still paused.
     */
    public boolean connecting() {
        return state.get() == MigrationStatus.POSTCOPY_PAUSED
                && attempt.map(a -> !a.halted()).orElse(false);
    }

    /** Whether the migration has ended or paused and the lease has yet to decide the owner. */
    public boolean awaitsLease() {
        return attempt.map(a -> a.awaitsLease()).orElse(false);
    }

    /**
     * Who owns the guest of the last or current migration, as far as that is decided. The status
     * does not tell: some versions are in postcopy-active before anything is handed over.
     */
    public GuestOwner owner() {
        return attempt.map(OutgoingAttempt::owner).orElse(GuestOwner.SOURCE);
    }

    /** {@code migrate-pause}, while postcopy or its recovery is under way. */
    public void pause() {
        attempt.ifPresent(a -> a.end(new Failure.PauseCommand()));
    }

    /** {@code migrate_cancel}: without effect when nothing runs. */
    public void cancel() throws QmpException {
        if (state.get().inPostcopy() && !options.follows(Deviation.POSTCOPY_CANCEL)) {
            throw QmpException.generic("Postcopy migration in progress, cannot cancel.");
        }
        if (state.get() == MigrationStatus.PRE_SWITCHOVER
                && options.profile().has(Trait.INTERRUPTED_SWITCHOVER_ERROR)) {
            error.record("Switchover is interrupted");
        }
        if (state.get() == MigrationStatus.CANCELLING) {
            // the event is sent for each such command
            events.emit(new QmpEvent.Migration(MigrationStatus.CANCELLING));
        }
        if (state.allows(MigrationStatus.CANCELLING)) {
            attempt.ifPresent(a -> a.end(new Failure.CancelCommand()));
        }
    }

    /**
     * {@code migrate-continue}: leaves pre-switchover.
     *
     * @throws QmpException when the migration is not in the state that the caller believes
     */
    public void proceed(MigrationStatus expected) throws QmpException {
        if (state.get() != expected) {
            throw QmpException.generic("Migration not in expected state: " + state.get().text());
        }
        attempt.ifPresent(OutgoingAttempt::proceed);
    }

    /**
     * {@code migrate-start-postcopy}: the switch to postcopy happens as soon as the migration can.
     *
     * @throws QmpException when no migration could ever do it
     */
    public void startPostcopy() throws QmpException {
        if (!options.capabilities().has(Capability.POSTCOPY_RAM)
                && !options.capabilities().has(Capability.DIRTY_BITMAPS)) {
            throw QmpException.generic(
                    "Enable postcopy with migrate_set_capability before the start of migration");
        }
        if (state.get() == MigrationStatus.NONE) {
            throw QmpException.generic("Postcopy must be started after migration has been started");
        }
        attempt.ifPresent(OutgoingAttempt::startPostcopy);
    }

    /**
     * Applies what changed in the parameters to a migration under way.
     *
     * @throws QmpException if that cannot be done
     */
    public void parametersChanged() throws QmpException {
        if (attempt.isPresent()) {
            attempt.get().parametersChanged();
        }
    }

    /** Where the last or current migration goes; empty when none had an address. */
    public Optional<MigrationAddress> address() {
        return attempt.map(a -> a.channels().address());
    }

    /** Whether a migration is under way, so that capabilities and a new migration have to wait. */
    public boolean running() {
        return state.get().running();
    }

    /** Whether the last or current migration only makes a snapshot of the guest. */
    public boolean snapshot() {
        return attempt.map(OutgoingAttempt::snapshot).orElse(false);
    }

    /** Whether a migration has its channels and is being worked on. */
    public boolean working() {
        return attempt.map(OutgoingAttempt::working).orElse(false);
    }

    /** How many multifd channels it has now. */
    public int multifdChannels() {
        return attempt.map(OutgoingAttempt::multifdChannels).orElse(0);
    }

    /** The status of the last or current migration. */
    public MigrationStatus status() {
        return state.get();
    }

    /** Why the last migration failed, as far as that is known. */
    public Optional<String> error() {
        return error.text();
    }

    /** Whether {@code query-migrate} has an {@code error-desc} when there is an error. */
    public boolean errorIsTold() {
        return error.reported();
    }

    /** What the last or current migration has done; empty when none had anything to do. */
    public Optional<OutgoingFigures> figures() {
        return attempt.map(OutgoingAttempt::figures);
    }

    /** Sets what runs whenever a migration has ended and its guest is where it belongs. */
    public void whenEnded(Consumer<OutgoingFigures> action) {
        whenEnded = action;
    }

    /** Sets what runs whenever postcopy pauses, with the guest at the destination. */
    public void whenPaused(Consumer<OutgoingFigures> action) {
        whenPaused = action;
    }

    /**
     * Sets how long a destination that has the guest may be silent before postcopy pauses; without
     * that it may be silent for ever. For migrations that begin from now on.
     */
    public void livenessLimitSeconds(OptionalInt limit) {
        livenessLimitSeconds = limit;
    }
}
