package io.vmferry.dest.incoming;

import io.netty.buffer.ByteBuf;
import io.vmferry.dest.incoming.ram.Blocktime;
import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.lease.Taking;
import io.vmferry.machine.link.EngineLoop;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.failure.AllSteps;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.failure.LeaseQuestion;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.qmp.QmpEvent;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.status.MigrationState;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.MigrationTransitions;
import io.vmferry.protocol.status.Side;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The destination of a migration: listens, loads, and ends with the guest running here or with a
 * failure that leaves it to the source. Can be used once, as in QEMU. Owned by the engine's loop.
 */
public final class IncomingMigration {

    private static final Logger log = LoggerFactory.getLogger(IncomingMigration.class);

    private final Guest guest;
    private final MigrationOptions options;
    private final IncomingPorts ports;
    private final MigrationState state;
    private final Arrival arrival;
    private final GuestClaim claim;
    private final IncomingListener listener;
    private IncomingChannels channels;
    private final IncomingLoad load;
    private final IncomingPostcopy postcopy;
    private final IncomingRecovery recovery;
    private final IncomingEnd end;
    private final SourceLiveness liveness = new SourceLiveness(this);
    private final SwitchoverApprovals approvals = new SwitchoverApprovals(this);

    private Consumer<IncomingFigures> whenEnded = figures -> {};
    private Consumer<IncomingFigures> whenPaused = figures -> {};
    private boolean coloAsked;

    /** A destination that does not listen yet. */
    public IncomingMigration(Guest guest, MigrationOptions options, IncomingPorts ports) {
        this.guest = guest;
        this.options = options;
        this.ports = ports;
        this.arrival = new Arrival(guest, options, ports);
        this.claim = new GuestClaim(guest, this::mayNotRun, this::stayPaused);
        this.state =
                new MigrationState(
                        Side.DESTINATION,
                        MigrationTransitions.of(Side.DESTINATION, options.profile()),
                        (from, to) -> moved(to));
        this.listener = new IncomingListener(this, state, ports);
        this.channels = new IncomingChannels(this, ports);
        this.load = new IncomingLoad(guest, options, ports.trouble());
        this.postcopy =
                new IncomingPostcopy(
                        this,
                        load,
                        new Blocktime(guest.memory().vcpuCount(), ports.loop()::nanoTime),
                        ports.probe());
        this.recovery = new IncomingRecovery(this, state, load);
        this.end = new IncomingEnd(this, state, listener, arrival);
    }

    private void moved(MigrationStatus to) {
        ports.probe().reached(PointName.STATUS, to);
        if (options.capabilities().has(Capability.EVENTS)) {
            ports.events().emit(new QmpEvent.Migration(to));
        }
    }

    /** Sets what runs when the guest has been loaded and its vCPUs are about to start. */
    public void beforeStart(Runnable action) {
        arrival.beforeStart(action);
    }

    /** Sets what runs when the migration has ended either way. */
    public void whenEnded(Consumer<IncomingFigures> action) {
        whenEnded = action;
    }

    /** Sets what runs when postcopy has paused: the guest is here, some of its memory is not. */
    public void whenPaused(Consumer<IncomingFigures> action) {
        whenPaused = action;
    }

    /**
     * Whether {@code migrate-incoming} can be asked for at all.
     *
     * @throws QmpException when this node listens already, or its guest is here
     */
    public void requireNotStarted() throws QmpException {
        listener.requireNotStarted();
    }

    /**
     * Listens for a source. One of the callbacks runs on the loop, now or later; until then this
     * cannot be asked for again.
     *
     * @param bound gets the address with the port that was taken
     * @param failed gets the reason when the address cannot be used; old versions may try again
     *     then
     * @throws QmpException when this was done before; no callback runs then
     */
    public void listen(
            MigrationAddress address,
            Consumer<MigrationAddress> bound,
            Consumer<QmpException> failed)
            throws QmpException {
        listener.start(address, bound, failed);
    }

    /** The event of versions whose destination has no status setup, wanted or not. */
    public void announceSetup() {
        listener.announceSetup();
    }

    /** Whether a source can connect or has done so, until the migration has ended. */
    public boolean listens() {
        return listener.started() && !end.ended();
    }

    /** Accepts no further connection, because the process ends. */
    public void stopListening() {
        listener.stop();
    }

    // ---- channels

    IncomingListener listener() {
        return listener;
    }

    /** Whether the stream is read from a file, beside which no other channel can be. */
    boolean comesFromFile() {
        return listener.addresses().stream().anyMatch(MigrationAddress.File.class::isInstance);
    }

    boolean hasMainChannel() {
        return channels.main().isPresent();
    }

    void mainChannel(Link link, ByteBuf bytes) {
        MainChannelInput main = new MainChannelInput(this, link, load, false);
        channels.main(link, main);
        ports.probe().reached(PointName.MAIN_CHANNEL);
        state.move(listener.awaiting(), MigrationStatus.ACTIVE);
        main.received(bytes);
    }

    /** A connection that begins with a command, where a postcopy waits for just that. */
    void recoveryChannel(Link link, ByteBuf bytes) {
        end.forgetFailure();
        recovery.channel(link, bytes);
    }

    /** Whether a postcopy waits for its recovery. */
    boolean paused() {
        return recovery.paused();
    }

    /**
     * {@code migrate-recover}: listens for the source of a postcopy that is paused, in place of
     * where it listened before. Can be repeated, which makes an attempt that is under way fail. One
     * of the callbacks runs on the loop, now or later.
     *
     * @param bound gets the address with the port that was taken
     * @param failed gets the reason when the address cannot be used
     */
    public void recover(
            MigrationAddress address,
            Consumer<MigrationAddress> bound,
            Consumer<QmpException> failed) {
        if (!paused()) {
            throw new IllegalStateException("Nothing is paused");
        }
        replaceChannels();
        listener.open(address, bound, failed);
    }

    /** Whatever has come so far is no channel of this migration any more. */
    void replaceChannels() {
        channels.abort();
        channels = channels.succeeding();
    }

    /** The same where the channels are sound: what was written on the return path arrives. */
    void leaveChannels() {
        channels.closeReturnPathFirst();
        channels = channels.succeeding();
    }

    /** {@code migrate-pause}, while postcopy or its recovery is under way. */
    public void pauseByUser() {
        end(new Failure.PauseCommand());
    }

    /** Takes a silent connection for the preempt channel, if that is what is missing. */
    void adoptPreempt() {
        if (!halted() && channels.expectsPreempt()) {
            listener.adoptPreempt();
        }
    }

    // ---- postcopy

    /** POSTCOPY_LISTEN: from here on the source may lose us and keep its guest, or pause. */
    void listening() {
        ports.probe().reached(PointName.LISTENING);
        boolean device = profile().knowsPostcopyDevice() && channels.returnPath().isPresent();
        state.move(
                MigrationStatus.ACTIVE,
                device ? MigrationStatus.POSTCOPY_DEVICE : MigrationStatus.POSTCOPY_ACTIVE);
    }

    /** The guest may not run here, and is left to the source. */
    private void mayNotRun(Taking refusal) {
        end(new Failure.Lease("The guest may not run here: " + claim.text(refusal)));
    }

    /** The guest may not run here now, and the source has left it to us. */
    private void stayPaused(Taking refusal) {
        String why = claim.text(refusal);
        log.error("The guest is here but not started: {}", why);
        guest.run().refuse(why);
    }

    /** POSTCOPY_RUN: the guest is ours, so each step is done whatever becomes of another one. */
    void runGuest() {
        AllSteps.run(
                arrival::prepare,
                () -> {
                    if (state.get() == MigrationStatus.POSTCOPY_DEVICE) {
                        state.move(
                                MigrationStatus.POSTCOPY_DEVICE, MigrationStatus.POSTCOPY_ACTIVE);
                    }
                },
                arrival::runOrPause);
    }

    /** All pages are here. */
    void completePostcopy() {
        end.completePostcopy();
    }

    /** A connection that is taken for a recovery has failed as one. */
    void failRecovery(Failure failure) {
        end.failRecovery(failure);
    }

    /** Something ends or interrupts the migration. */
    void end(Failure failure) {
        end.end(failure);
    }

    /**
     * An exception or error that a task of this engine let escape. Whoever owns the loop reports
     * it; here it ends or pauses the migration under way, as the failure table says.
     */
    public void broken(Throwable bug) {
        if (listens()) {
            end.end(new Failure.Bug(bug));
        }
    }

    /** ENABLE_COLO: the guest is to become a COLO secondary when it has been loaded. */
    void askForColo() {
        coloAsked = true;
    }

    /** The stream is at its end, with or without a description. */
    void streamEnded() {
        if (halted()) {
            return;
        }
        if (postcopy.begun()) {
            postcopy.streamEnded();
        } else if (claim.undecided()) {
            // the whole stream is here, and whether the guest may run is known soon
        } else if (coloAsked) {
            end(
                    Failure.Wire.sequence(
                            ChannelRole.MAIN,
                            "the source asked for a COLO secondary, and COLO is not built into"
                                    + " vmferry"));
        } else if (arrival.runs()) {
            boolean heard = channels.returnPath().isPresent();
            claim.ask(
                    heard
                            ? LeaseQuestion.DESTINATION_ARRIVED
                            : LeaseQuestion.DESTINATION_ARRIVED_UNHEARD,
                    end::arrived);
        } else {
            end.arrived();
        }
    }

    void ended() {
        whenEnded.accept(figures());
    }

    void hasPaused() {
        whenPaused.accept(figures());
    }

    // ---- what the parts and the commands see

    /**
     * Whether nothing goes on any more: the migration has ended, or postcopy is paused, or one of
     * them follows as soon as the lease has answered.
     */
    boolean halted() {
        return end.ended() || paused() || claim.settles();
    }

    EngineLoop loop() {
        return ports.loop();
    }

    IncomingChannels channels() {
        return channels;
    }

    IncomingPostcopy postcopy() {
        return postcopy;
    }

    IncomingRecovery recovery() {
        return recovery;
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

    GuestClaim claim() {
        return claim;
    }

    SourceLiveness liveness() {
        return liveness;
    }

    SwitchoverApprovals approvals() {
        return approvals;
    }

    /** The status of the migration. */
    public MigrationStatus status() {
        return state.get();
    }

    /** What the migration has done so far. */
    public IncomingFigures figures() {
        return new IncomingFigures(
                state.get(),
                listener.addresses(),
                channels.main().isPresent(),
                channels.main().map(MainChannelInput::offset).orElse(0L),
                load.ram().zeroPages(),
                load.ram().normalPages(),
                channels.main().isPresent() ? load.ram().pass() : 0,
                postcopy.requests().sent(),
                postcopy.requests().outstanding(),
                postcopy.begun() ? Optional.of(postcopy.blocktime()) : Optional.empty(),
                end.failure());
    }
}
