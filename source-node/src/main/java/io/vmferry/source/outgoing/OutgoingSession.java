package io.vmferry.source.outgoing;

import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.link.EngineLoop;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.failure.AllSteps;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.options.Parameters;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.qmp.QmpEvent;
import io.vmferry.protocol.status.MigrationState;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.source.outgoing.ram.UnsentPages;
import java.util.Optional;
import java.util.UUID;

/**
 * One attempt to migrate: its channels, counters and phases, from {@code migrate} to the end.
 * Everything here happens on the engine's loop.
 */
final class OutgoingSession {

    private final OutgoingMigration migration;
    private final Guest guest;
    private final MigrationOptions options;
    private final Profile profile;
    private final OutgoingPorts ports;
    private final MigrationState state;
    private final UUID id;

    private final OutgoingCounters counters = new OutgoingCounters();
    private final DowntimeClock downtime = new DowntimeClock();
    private final long startNanos;
    private OutgoingChannels channels;
    private OutgoingRecovery recovery;
    private final GuestStop guestStop;
    private final AutoConverge autoConverge;
    private final SectionList sections;
    private final DirtySync dirtySync;
    private final Pump pump;
    private final OutgoingPostcopy postcopy;
    private final SwitchoverAcks acks;
    private final FailoverUnplug unplug;
    private final SessionEnd end;
    private final Liveness liveness;

    private BandwidthWindow window;
    private long setupStartNanos;
    private long setupNanos;
    private long pingNanos;
    private long roundTripNanos;

    OutgoingSession(
            OutgoingMigration migration,
            Guest guest,
            MigrationOptions options,
            OutgoingPorts ports,
            MigrateRequest request,
            MigrationState state) {
        this.migration = migration;
        this.guest = guest;
        this.options = options;
        this.profile = options.profile();
        this.ports = ports;
        this.state = state;
        this.id = ports.migrationIds().get();
        this.startNanos = ports.loop().nanoTime();
        this.channels = channels(request, false);
        this.guestStop = new GuestStop(guest, options, ports.loop());
        this.autoConverge = new AutoConverge(guest.vcpus());
        this.sections = SectionList.of(guest, options, counters.pages);
        UnsentPages unsent = ram().scan().unsent();
        this.recovery = new OutgoingRecovery(this, unsent);
        this.liveness = new Liveness(this, migration.livenessLimitSeconds());
        this.postcopy = new OutgoingPostcopy(this, ram().scan());
        this.dirtySync = new DirtySync(this, unsent, counters, autoConverge, startNanos);
        this.window = new BandwidthWindow(startNanos, options.parameters());
        this.pump = new Pump(this, ports.loop());
        this.acks = new SwitchoverAcks(guest, options);
        this.unplug = new FailoverUnplug(guest, ports);
        this.end = new SessionEnd(this, options, state, guestStop, unplug);
    }

    /** Connects; the status is setup until the channels stand and the setup sections are out. */
    void begin() {
        channels.open(this::channelsConnected);
    }

    private OutgoingChannels channels(MigrateRequest request, boolean recovers) {
        var plan = ChannelPlan.of(request, options.capabilities(), profile, recovers);
        return new OutgoingChannels(this, ports, request.address(), plan);
    }

    /** {@code migrate} with {@code resume}: new channels for a postcopy that is paused. */
    void resume(MigrateRequest request) {
        end.resume();
        recovery = new OutgoingRecovery(this, ram().scan().unsent());
        channels = channels(request, true);
        if (profile.knowsRecoverSetup()) {
            state.move(MigrationStatus.POSTCOPY_PAUSED, MigrationStatus.POSTCOPY_RECOVER_SETUP);
        }
        channels.open(this::reconnected);
    }

    private void reconnected() {
        ports.probe().reached(PointName.CONNECTED);
        migration.forgetError();
        state.move(state.get(), MigrationStatus.POSTCOPY_RECOVER);
        enter(new RecoveryPhase(this));
    }

    OutgoingRecovery recovery() {
        return recovery;
    }

    Liveness liveness() {
        return liveness;
    }

    /** After a break what was measured before says nothing. */
    void restartWindow() {
        window = new BandwidthWindow(nanoTime(), parameters());
    }

    private void channelsConnected() {
        ports.probe().reached(PointName.CONNECTED);
        setupStartNanos = nanoTime();
        window = new BandwidthWindow(setupStartNanos, parameters());
        unplug.request();
        enter(new SetupPhase(this));
    }

    /** The setup sections are out: QEMU's first dirty sync, then wait-unplug if need be. */
    void setUp() {
        dirtySync.run();
        if (unplug.pending()) {
            AllSteps.run(
                    () -> enter(() -> Phase.Step.WAIT),
                    () -> state.move(MigrationStatus.SETUP, MigrationStatus.WAIT_UNPLUG),
                    () -> unplug.await(this::activate));
        } else {
            activate();
        }
    }

    private void activate() {
        setupNanos = nanoTime() - setupStartNanos;
        state.move(state.get(), MigrationStatus.ACTIVE);
        if (autoConverges()) {
            dirtySync.force();
        }
        if (profile.readsReturnPathLast() || !channels.endIfUnanswered("write to")) {
            enter(new PrecopyPhase(this));
        }
    }

    void pinged() {
        pingNanos = nanoTime();
    }

    /** The first PONG: how long a question and its answer take. */
    void roundTripMeasured() {
        if (roundTripNanos == 0) {
            roundTripNanos = nanoTime() - pingNanos;
        }
    }

    /** What a switchover takes besides sending: slow devices, and the way of the last message. */
    long switchoverOverheadNanos() {
        return sections.saveNanos() + roundTripNanos;
    }

    void pump() {
        pump.run();
    }

    void enter(Phase next) {
        pump.enter(next);
    }

    void after(long delayNanos, Runnable action) {
        pump.after(delayNanos, action);
    }

    void pumpAfter(long delayNanos) {
        pump.runAfter(delayNanos);
    }

    /** Closes the bandwidth window when it is over. */
    void updateWindow() {
        window.update(nanoTime(), counters, parameters());
    }

    /** {@code migrate-continue}. */
    void proceed() {
        if (pump.phase().orElse(null) instanceof SwitchoverPhase switchover) {
            switchover.proceed();
        }
    }

    /** Whether RAM is sent while the guest runs. */
    boolean precopying() {
        return pump.phase().orElse(null) instanceof PrecopyPhase;
    }

    /** Whether what is sent now is the end of the stream, or the package. */
    boolean handsOver() {
        Phase phase = pump.phase().orElse(null);
        return phase instanceof CompletionPhase || phase instanceof PostcopySwitchPhase;
    }

    /** A new rate limit counts at once, but the switchover is never limited. */
    void parametersChanged() {
        if (precopying()) {
            window.limit(parameters().maxBandwidthBytesPerSecond());
            pump();
        } else if (pump.phase().orElse(null) instanceof PostcopyPhase) {
            window.limit(parameters().maxPostcopyBandwidthBytesPerSecond());
            pump();
        }
    }

    // ---- the end

    /** How the session ends, and who has the guest then. */
    SessionEnd end() {
        return end;
    }

    /** Something ends or interrupts the migration. */
    void end(Failure failure) {
        end.end(failure);
    }

    // ---- what phases see

    /** Whether nothing goes on any more: the migration has ended, or postcopy is paused. */
    boolean halted() {
        return end.halted();
    }

    /** Whether the channels stand and the end has not come. */
    boolean working() {
        return pump.phase().isPresent() && !halted();
    }

    /** Whether the transport has taken the whole stream. */
    boolean drained() {
        return end.handover().isDrained();
    }

    OutgoingChannels channels() {
        return channels;
    }

    OutgoingPostcopy postcopy() {
        return postcopy;
    }

    /** The section of RAM, with the scan that it sends and its records. */
    OutgoingSection.Ram ram() {
        return sections.ram();
    }

    Pump driver() {
        return pump;
    }

    EngineLoop loop() {
        return ports.loop();
    }

    OutgoingMigration migration() {
        return migration;
    }

    Guest guest() {
        return guest;
    }

    MainChannel channel() {
        return channels.main();
    }

    OutgoingCounters counters() {
        return counters;
    }

    DowntimeClock downtime() {
        return downtime;
    }

    BandwidthWindow window() {
        return window;
    }

    SectionList sections() {
        return sections;
    }

    DirtySync dirtySync() {
        return dirtySync;
    }

    GuestStop guestStop() {
        return guestStop;
    }

    MigrationState state() {
        return state;
    }

    Profile profile() {
        return profile;
    }

    Parameters parameters() {
        return options.parameters();
    }

    /** What pairs the channels of this migration at the destination. */
    UUID id() {
        return id;
    }

    Probe probe() {
        return ports.probe();
    }

    /** Asked before completion and before postcopy starts: are the destination's devices ready? */
    boolean switchoverAllowed() {
        return acks.switchoverAllowed() || channels.unanswered();
    }

    SwitchoverAcks acks() {
        return acks;
    }

    boolean hasReturnPath() {
        return channels.returnPath().isPresent();
    }

    boolean has(Capability capability) {
        return options.capabilities().has(capability);
    }

    AutoConverge autoConverge() {
        return autoConverge;
    }

    boolean autoConverges() {
        return has(Capability.AUTO_CONVERGE);
    }

    long nanoTime() {
        return ports.loop().nanoTime();
    }

    void emit(QmpEvent event) {
        migration.emit(event);
    }

    /** Attributes bytes of RAM to the phase of the guest in which they were sent. */
    void countRam(long bytes) {
        if (guest.run().state().live()) {
            counters.precopyBytes += bytes;
        } else if (state.get().inPostcopy()) {
            counters.postcopyBytes += bytes;
        } else {
            counters.downtimeBytes += bytes;
        }
    }

    /** Why a device is to fail now instead of writing its state; empty when it works. */
    Optional<Failure> cannotSave(String device) {
        return ports.trouble()
                .saving(device)
                .map(why -> Failure.Device.cannot("save", device, why));
    }

    OutgoingFigures figures(Optional<String> error) {
        long now = end.nanos().orElseGet(this::nanoTime);
        return new OutgoingFigures(
                state.get(),
                now - startNanos,
                setupNanos,
                downtime.totalNanos(now),
                downtime.parts(),
                window.expectedDowntimeMillis(),
                OutgoingFigures.Ram.of(
                        counters, window, ram().pendingBytes(), guest.ram().totalBytes()),
                counters.pendingBytes,
                sections.deviceBytes(),
                autoConverge.percentage(),
                error);
    }
}
