package io.vmferry.dest.incoming;

import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.link.Transport;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.qmp.QmpEvent;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.status.MigrationState;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the destination listens at a time, and who was accepted there without a place so far. */
final class IncomingListener {

    private static final Logger log = LoggerFactory.getLogger(IncomingListener.class);

    private final IncomingMigration migration;
    private final MigrationState state;
    private final IncomingPorts ports;
    private final ConnectionLog connectionLog;
    private Optional<Transport.Listening> listening = Optional.empty();
    private Optional<ConnectionAcceptor> acceptor = Optional.empty();
    private Optional<Opening> pending = Optional.empty();
    private List<MigrationAddress> addresses = List.of();
    private boolean hasListened;

    IncomingListener(IncomingMigration migration, MigrationState state, IncomingPorts ports) {
        this.migration = migration;
        this.state = state;
        this.ports = ports;
        this.connectionLog =
                new ConnectionLog(ports.loop(), (level, line) -> log.atLevel(level).log(line));
    }

    /**
     * {@code migrate-incoming}: old versions may try again after an address that cannot be used.
     */
    void start(
            MigrationAddress address,
            Consumer<MigrationAddress> bound,
            Consumer<QmpException> failed)
            throws QmpException {
        requireNotStarted();
        enterSetup();
        open(address, bound, failed);
    }

    void requireNotStarted() throws QmpException {
        if (started()) {
            throw QmpException.generic("The incoming migration has already been started");
        }
        if (migration.guest().run().state() != RunState.INMIGRATE) {
            throw QmpException.generic("'-incoming' was not specified on the command line");
        }
    }

    private void enterSetup() throws QmpException {
        Profile profile = migration.profile();
        if (!profile.hasIncomingSetup()) {
            announceSetup();
            return;
        }
        if (state.get() != MigrationStatus.NONE && profile.listensOnce()) {
            throw QmpException.generic(
                    "Illegal migration incoming state: " + state.get().qmpName());
        }
        state.move(MigrationStatus.NONE, MigrationStatus.SETUP);
    }

    void announceSetup() {
        ports.events().emit(new QmpEvent.Migration(MigrationStatus.SETUP));
    }

    /** The status until a source connects. */
    MigrationStatus awaiting() {
        return migration.profile().hasIncomingSetup()
                ? MigrationStatus.SETUP
                : MigrationStatus.NONE;
    }

    /**
     * Listens, in place of where it did before. One of the callbacks runs, now or later; a later
     * attempt and the end of the migration make this one fail.
     */
    void open(
            MigrationAddress address,
            Consumer<MigrationAddress> bound,
            Consumer<QmpException> failed) {
        close();
        ConnectionAcceptor next = new ConnectionAcceptor(migration, address, connectionLog);
        acceptor = Optional.of(next);
        Opening opening = new Opening(bound, failed);
        pending = Optional.of(opening);
        opening.attempt = ports.transport().listen(address, next, opening::opened, opening::failed);
    }

    /** An attempt to listen whose result somebody waits for. */
    private final class Opening {

        private final Consumer<MigrationAddress> bound;
        private final Consumer<QmpException> refused;
        private Transport.Attempt attempt = () -> {};

        private Opening(Consumer<MigrationAddress> bound, Consumer<QmpException> refused) {
            this.bound = bound;
            this.refused = refused;
        }

        private void opened(Transport.Listening open) {
            pending = Optional.empty();
            listening = Optional.of(open);
            addresses = open.addresses();
            hasListened = true;
            bound.accept(open.address());
        }

        private void failed(IOException e) {
            pending = Optional.empty();
            refused.accept(QmpException.generic(e.getMessage()));
        }

        private void cancel() {
            attempt.cancel();
            refused.accept(
                    QmpException.generic("Listening was given up before the address was known"));
        }
    }

    /** Whether a source could have come, or could soon: an address is bound or looked for. */
    boolean started() {
        return hasListened || pending.isPresent();
    }

    /** Where connections are accepted, or were until that failed; empty when nowhere. */
    List<MigrationAddress> addresses() {
        return addresses;
    }

    /** Where connections that are rejected are logged. */
    ConnectionLog connectionLog() {
        return connectionLog;
    }

    /** A connection that is no channel of this migration. */
    void unrecognized(Link link, String what) {
        acceptor.ifPresent(r -> r.unrecognized(link, what));
    }

    /** Takes the connection that is left for the preempt channel, if there is one. */
    void adoptPreempt() {
        acceptor.ifPresent(ConnectionAcceptor::adoptPreempt);
    }

    /** Accepts no further connection. */
    void stop() {
        Optional<Opening> under = pending;
        pending = Optional.empty();
        under.ifPresent(Opening::cancel);
        listening.ifPresent(Transport.Listening::close);
        listening = Optional.empty();
        if (state.get() != MigrationStatus.FAILED) {
            addresses = List.of();
        }
    }

    /** The same, and ends the connections that have not said what they are. */
    void close() {
        stop();
        acceptor.ifPresent(ConnectionAcceptor::close);
    }
}
