package io.vmferry.source.outgoing;

import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.qmp.QmpEvent;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.status.MigrationState;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.MigrationTransitions;
import io.vmferry.protocol.status.RunState;
import io.vmferry.protocol.status.Side;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The source of a migration as its commands see it: {@code migrate}, {@code migrate_cancel}, {@code
 * migrate-continue} and what they report. Owned by the engine's loop, like everything below it.
 */
public final class OutgoingMigration {

    private final Guest guest;
    private final MigrationOptions options;
    private final OutgoingPorts ports;
    private final MigrationTransitions transitions;
    private final MigrationState state;
    private Consumer<OutgoingFigures> whenEnded = figures -> {};
    private Optional<OutgoingSession> session = Optional.empty();
    private Optional<String> error = Optional.empty();

    /** A source that has not migrated yet. */
    public OutgoingMigration(Guest guest, MigrationOptions options, OutgoingPorts ports) {
        this.guest = guest;
        this.options = options;
        this.ports = ports;
        this.transitions = MigrationTransitions.of(Side.SOURCE, options.profile());
        this.state = new MigrationState(Side.SOURCE, transitions, (from, to) -> moved(to));
    }

    private void moved(MigrationStatus to) {
        ports.probe().reached(PointName.STATUS, to.qmpName());
        emit(new QmpEvent.Migration(to));
    }

    /** Migration events are only for those who asked for them by capability. */
    void emit(QmpEvent event) {
        if (options.capabilities().has(Capability.EVENTS)) {
            ports.events().emit(event);
        }
    }

    /**
     * Starts a migration and returns before it is connected.
     *
     * @throws QmpException when the guest cannot be migrated now; nothing has changed then
     */
    public void migrate(MigrateRequest request) throws QmpException {
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
        if (request.address() instanceof MigrationAddress.File
                && options.capabilities().has(Capability.RETURN_PATH)) {
            throw QmpException.generic(
                    "Nothing comes back from a file: switch capability 'return-path' off");
        }
        List<String> blockers = guest.migrationBlockers();
        if (!blockers.isEmpty()) {
            throw QmpException.generic(blockers.getFirst());
        }
        state.restart();
        error = Optional.empty();
        OutgoingSession next = new OutgoingSession(this, guest, options, ports, request, state);
        session = Optional.of(next);
        state.move(MigrationStatus.NONE, MigrationStatus.SETUP);
        next.begin();
    }

    /** {@code migrate_cancel}: without effect when nothing runs. */
    public void cancel() throws QmpException {
        if (state.get().inPostcopy()) {
            throw QmpException.generic(
                    "Postcopy migration cannot be cancelled in state " + state.get().qmpName());
        }
        if (transitions.allows(state.get(), MigrationStatus.CANCELLING)) {
            session.ifPresent(OutgoingSession::cancel);
        }
    }

    /**
     * {@code migrate-continue}: leaves pre-switchover.
     *
     * @throws QmpException when the migration is not in the state that the caller believes
     */
    public void proceed(MigrationStatus expected) throws QmpException {
        if (state.get() != expected) {
            throw QmpException.generic("Migration not in expected state: " + state.get().qmpName());
        }
        session.ifPresent(OutgoingSession::proceed);
    }

    /** Applies what changed in the parameters to a migration under way. */
    public void parametersChanged() {
        session.ifPresent(OutgoingSession::parametersChanged);
    }

    /** Whether a migration is under way, so that capabilities and a new migration have to wait. */
    public boolean running() {
        return state.get().running();
    }

    /** The status of the last or current migration. */
    public MigrationStatus status() {
        return state.get();
    }

    /** What the last or current migration has done; empty when there was none. */
    public Optional<OutgoingFigures> figures() {
        return session.map(s -> s.figures(error));
    }

    /** Sets what runs whenever a migration has ended and its guest is where it belongs. */
    public void whenEnded(Consumer<OutgoingFigures> action) {
        whenEnded = action;
    }

    /** Records an error; the first of a migration wins. */
    void error(String reason) {
        if (error.isEmpty()) {
            error = Optional.of(reason);
        }
    }

    void ended(OutgoingSession ended) {
        whenEnded.accept(ended.figures(error));
    }
}
