package io.vmferry.dest.incoming;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.link.Transport;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.qmp.QmpEvent;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import io.vmferry.protocol.status.MigrationState;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.MigrationTransitions;
import io.vmferry.protocol.status.RunState;
import io.vmferry.protocol.status.Side;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The destination of a migration: listens, loads, and ends with the guest running here or with a
 * failure that leaves it to the source. Can be used once, as in QEMU. Owned by the engine's loop.
 */
public final class IncomingMigration {

    private static final Logger log = LoggerFactory.getLogger(IncomingMigration.class);

    /** How long an announced return path may take to arrive. */
    private static final long PAIRING_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Guest guest;
    private final MigrationOptions options;
    private final IncomingPorts ports;
    private final MigrationState state;
    private final ReturnPathPairing pairing = new ReturnPathPairing(this);

    private Consumer<IncomingFigures> whenEnded = figures -> {};
    private Runnable beforeStart = () -> {};
    private Optional<Transport.Listening> listening = Optional.empty();
    private Optional<Reception> reception = Optional.empty();
    private Optional<MainChannelInput> main = Optional.empty();
    private Optional<IncomingStream> stream = Optional.empty();
    private Optional<IncomingReturnPath> returnPath = Optional.empty();
    private Optional<String> error = Optional.empty();
    private boolean waitingForReturnPath;
    private boolean waitingForRoom;
    private boolean ended;

    /** A destination that does not listen yet. */
    public IncomingMigration(Guest guest, MigrationOptions options, IncomingPorts ports) {
        this.guest = guest;
        this.options = options;
        this.ports = ports;
        this.state =
                new MigrationState(
                        Side.DESTINATION,
                        MigrationTransitions.of(Side.DESTINATION, options.profile()),
                        (from, to) -> moved(to));
    }

    private void moved(MigrationStatus to) {
        ports.probe().reached(PointName.STATUS, to.qmpName());
        if (options.capabilities().has(Capability.EVENTS)) {
            ports.events().emit(new QmpEvent.Migration(to));
        }
    }

    /** Sets what runs when the guest has been loaded and its vCPUs are about to start. */
    public void beforeStart(Runnable action) {
        beforeStart = action;
    }

    /** Sets what runs when the migration has ended either way. */
    public void whenEnded(Consumer<IncomingFigures> action) {
        whenEnded = action;
    }

    /**
     * Listens for a source.
     *
     * @throws QmpException when this was done before or the address cannot be used
     */
    public void listen(MigrationAddress address) throws QmpException {
        if (state.get() != MigrationStatus.NONE) {
            throw QmpException.generic("The incoming migration has already been started");
        }
        if (guest.run().state() != RunState.INMIGRATE) {
            throw QmpException.generic("'-incoming' was not specified on the command line");
        }
        state.move(MigrationStatus.NONE, MigrationStatus.SETUP);
        try {
            Reception hall = new Reception(this, address);
            reception = Optional.of(hall);
            listening = Optional.of(ports.transport().listen(address, hall::accepted));
        } catch (IOException e) {
            error = Optional.of(e.getMessage());
            throw QmpException.generic(e.getMessage());
        }
    }

    /** Accepts no further connection, because the process ends. */
    public void stopListening() {
        listening.ifPresent(Transport.Listening::close);
    }

    // ---- channels

    /** A connection that is no channel of this migration. */
    void stranger(Link link, String what) {
        reception.ifPresent(r -> r.stranger(link, what));
    }

    boolean hasMainChannel() {
        return main.isPresent();
    }

    void mainChannel(Link link, ByteBuf bytes) {
        ports.probe().reached(PointName.MAIN_CHANNEL);
        stream = Optional.of(new IncomingStream(this));
        main = Optional.of(new MainChannelInput(this, link, stream.get()));
        link.attach(main.get());
        state.move(MigrationStatus.SETUP, MigrationStatus.ACTIVE);
        main.get().received(bytes);
    }

    void returnPathChannel(Link link, UUID migrationId) {
        pairing.arrived(link, migrationId);
    }

    void announceReturnPath(UUID migrationId) {
        pairing.announced(migrationId);
    }

    /** OPEN_RETURN_PATH: the stream waits until the announced connection is there. */
    void openReturnPath() {
        if (returnPath.isPresent()) {
            log.warn("The source opens the return path a second time");
        } else if (!pairing.expected()) {
            returnPath = Optional.of(new IncomingReturnPath(main.orElseThrow().link()));
        } else if (pairing.link().isPresent()) {
            returnPath = pairing.link().map(IncomingReturnPath::new);
        } else {
            waitingForReturnPath = true;
            main.orElseThrow().pause();
            ports.loop().schedule(PAIRING_LIMIT_NANOS, this::pairingLimit);
        }
    }

    /** Whether the stream is held back until the announced return path is there. */
    boolean waitsForReturnPath() {
        return waitingForReturnPath;
    }

    private void pairingLimit() {
        if (waitingForReturnPath) {
            fail(
                    "The announced return path did not arrive within %d s"
                            .formatted(TimeUnit.NANOSECONDS.toSeconds(PAIRING_LIMIT_NANOS)));
        }
    }

    void returnPathPaired() {
        if (waitingForReturnPath) {
            waitingForReturnPath = false;
            returnPath = pairing.link().map(IncomingReturnPath::new);
            main.orElseThrow().resume();
        }
    }

    /**
     * Sends a message. A source that does not read them is not read any more either, so that they
     * cannot pile up here.
     */
    void send(IncomingReturnPath path, ReturnPathMessage message) {
        path.send(message);
        if (!path.writable()) {
            waitingForRoom = true;
            main.orElseThrow().pause();
        }
    }

    void returnPathWritable() {
        if (waitingForRoom && !ended) {
            waitingForRoom = false;
            main.orElseThrow().resume();
        }
    }

    /** Holds the stream back for a while, runs the action, goes on. */
    void holdFor(long nanos, Runnable action) {
        if (nanos <= 0) {
            action.run();
            return;
        }
        MainChannelInput input = main.orElseThrow();
        input.pause();
        ports.loop()
                .schedule(
                        nanos,
                        () -> {
                            if (!ended) {
                                action.run();
                                input.resume();
                            }
                        });
    }

    // ---- the end

    /** The stream is at its end, with or without a description. */
    void streamEnded() {
        if (ended) {
            return;
        }
        // from here on the guest is ours: nothing that follows may leave it to the source
        ended = true;
        beforeStart.run();
        new Arrival(guest).runOrPark();
        if (guest.run().state() == RunState.RUNNING) {
            ports.probe().reached(PointName.GUEST_STARTED);
        }
        state.move(MigrationStatus.ACTIVE, MigrationStatus.COMPLETED);
        goodbye(0);
    }

    /** The guest cannot be loaded and stays with the source. The first reason counts. */
    void fail(String reason) {
        if (ended) {
            return;
        }
        ended = true;
        error = Optional.of(reason);
        // whoever sent the bytes that are refused had begun to migrate
        state.move(MigrationStatus.SETUP, MigrationStatus.ACTIVE);
        state.move(MigrationStatus.ACTIVE, MigrationStatus.FAILED);
        goodbye(1);
    }

    /** Tells the source how it went, ends all channels and listening. */
    private void goodbye(int shut) {
        returnPath.ifPresent(path -> {
            path.send(new ReturnPathMessage.Shut(shut));
            ports.probe().reached(PointName.SHUT_SENT, shut);
        });
        listening.ifPresent(Transport.Listening::close);
        reception.ifPresent(Reception::close);
        pairing.close();
        main.ifPresent(MainChannelInput::close);
        whenEnded.accept(figures());
    }

    // ---- what the parts and the commands see

    boolean ended() {
        return ended;
    }

    Guest guest() {
        return guest;
    }

    MigrationOptions options() {
        return options;
    }

    Profile profile() {
        return options.profile();
    }

    Probe probe() {
        return ports.probe();
    }

    Optional<IncomingReturnPath> returnPath() {
        return returnPath;
    }

    /** The status of the migration. */
    public MigrationStatus status() {
        return state.get();
    }

    /** What the migration has done so far. */
    public IncomingFigures figures() {
        return new IncomingFigures(
                state.get(),
                listening.map(Transport.Listening::address),
                main.map(MainChannelInput::offset).orElse(0L),
                stream.map(s -> s.ram().zeroPages()).orElse(0L),
                stream.map(s -> s.ram().normalPages()).orElse(0L),
                stream.map(s -> s.ram().pass()).orElse(0),
                error);
    }
}
