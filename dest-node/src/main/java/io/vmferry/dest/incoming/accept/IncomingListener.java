package io.vmferry.dest.incoming.accept;

import io.vmferry.dest.incoming.channel.ConnectionLog;
import io.vmferry.dest.incoming.channel.IncomingChannels;
import io.vmferry.dest.incoming.state.IncomingState;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.guest.RunControl;
import io.vmferry.machine.link.AddressListener;
import io.vmferry.machine.link.Cancellable;
import io.vmferry.machine.link.EngineLoop;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.monitor.EventSink;
import io.vmferry.protocol.Worded;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.qmp.QmpEvent;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The listening socket of the destination, with the connections whose role is not known. */
public final class IncomingListener {

    private final RunControl run;
    private final MigrationOptions options;
    private final IncomingState state;
    private final IncomingChannels channels;
    private final EngineLoop loop;
    private final AddressListener listener;
    private final EventSink events;
    private final ConnectionLog connectionLog;
    private Optional<AddressListener.Listening> listening = Optional.empty();
    private Optional<ConnectionAcceptor> acceptor = Optional.empty();
    private Optional<Opening> pending = Optional.empty();
    private List<MigrationAddress> addresses = List.of();
    private boolean hasListened;

    /**
     * @param run of the guest that is awaited
     */
    public IncomingListener(
            RunControl run,
            MigrationOptions options,
            IncomingState state,
            IncomingChannels channels,
            EngineLoop loop,
            AddressListener listener,
            EventSink events,
            ConnectionLog connectionLog) {
        this.run = run;
        this.options = options;
        this.state = state;
        this.channels = channels;
        this.loop = loop;
        this.listener = listener;
        this.events = events;
        this.connectionLog = connectionLog;
    }

    /**
     * {@code migrate-incoming}: old versions may try again after an address that cannot be used.
     */
    public void start(
            MigrationAddress address,
            Consumer<Accepted> recognized,
            Consumer<MigrationAddress> bound,
            Consumer<QmpException> failed)
            throws QmpException {
        requireNotStarted();
        enterSetup();
        open(address, recognized, bound, failed);
    }

    /** Refuses {@code migrate-incoming} where this node listens already, or its guest is here. */
    public void requireNotStarted() throws QmpException {
        if (started()) {
            throw QmpException.generic("The incoming migration has already been started");
        }
        if (run.state() != RunState.INMIGRATE) {
            throw QmpException.generic("'-incoming' was not specified on the command line");
        }
    }

    private void enterSetup() throws QmpException {
        if (!options.profile().has(Trait.INCOMING_SETUP)) {
            announceSetup();
            return;
        }
        if (state.status() != MigrationStatus.NONE && options.profile().has(Trait.LISTENS_ONCE)) {
            throw QmpException.generic(
                    "Illegal migration incoming state: " + state.status().text());
        }
        state.move(MigrationStatus.NONE, MigrationStatus.SETUP);
    }

    /** Sends the event setup of versions that have no such status, in any case. */
    public void announceSetup() {
        events.emit(new QmpEvent.Migration(MigrationStatus.SETUP));
    }

    /**
     * Listens, in place of where it did before. One of the callbacks runs, now or later; a later
     * call and the end of the migration make this one fail.
     *
     * @param recognized gets what has become of each connection
     */
    public void open(
            MigrationAddress address,
            Consumer<Accepted> recognized,
            Consumer<MigrationAddress> bound,
            Consumer<QmpException> failed) {
        close();
        ConnectionAcceptor next =
                new ConnectionAcceptor(
                        address, options, state, channels, loop, connectionLog, recognized);
        acceptor = Optional.of(next);
        Opening opening = new Opening(bound, failed);
        pending = Optional.of(opening);
        opening.operation = listener.listen(address, next, opening::opened, opening::failed);
    }

    /** An attempt to listen whose result somebody waits for. */
    private final class Opening {

        private final Consumer<MigrationAddress> bound;
        private final Consumer<QmpException> refused;
        private Cancellable operation = () -> {};

        private Opening(Consumer<MigrationAddress> bound, Consumer<QmpException> refused) {
            this.bound = bound;
            this.refused = refused;
        }

        private void opened(AddressListener.Listening open) {
            pending = Optional.empty();
            listening = Optional.of(open);
            addresses = open.addresses();
            hasListened = true;
            bound.accept(open.address());
        }

        private void failed(IOException e) {
            pending = Optional.empty();
            refused.accept(QmpException.generic(Worded.of(e)));
        }

        private void cancel() {
            operation.cancel();
            refused.accept(
                    QmpException.generic("Listening was given up before the address was known"));
        }
    }

    /** Whether listening has been started: an address is bound, or being resolved. */
    public boolean started() {
        return hasListened || pending.isPresent();
    }

    /** The addresses where connections are accepted, or were until the migration failed. */
    public List<MigrationAddress> addresses() {
        return addresses;
    }

    /** Whether the stream is read from a file, beside which no other channel can be. */
    public boolean listensToFile() {
        return addresses.stream().anyMatch(MigrationAddress.File.class::isInstance);
    }

    /** A connection that is no channel of this migration. */
    public void unrecognized(Link link, String what) {
        acceptor.ifPresent(r -> r.unrecognized(link, what));
    }

    /** Takes the connection that is left for the preempt channel, if that is what is missing. */
    public void adoptPreempt() {
        acceptor.ifPresent(ConnectionAcceptor::adoptPreempt);
    }

    /** Accepts no further connection. */
    public void stop() {
        Optional<Opening> under = pending;
        pending = Optional.empty();
        under.ifPresent(Opening::cancel);
        listening.ifPresent(AddressListener.Listening::close);
        listening = Optional.empty();
        if (state.status() != MigrationStatus.FAILED) {
            addresses = List.of();
        }
    }

    /** The same, and ends the connections whose role is not known. */
    public void close() {
        stop();
        acceptor.ifPresent(ConnectionAcceptor::close);
    }
}
