package io.vmferry.source.outgoing;

import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.options.Parameters;
import io.vmferry.protocol.options.ZeroPageDetection;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.qmp.QmpEvent;
import io.vmferry.protocol.status.MigrationState;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import io.vmferry.protocol.stream.Configuration;
import io.vmferry.protocol.stream.ConfigurationSubsection;
import java.util.ArrayList;
import java.util.List;
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
    private final OutgoingChannels channels;
    private final GuestStop guestStop;
    private final AutoConverge autoConverge;
    private final RamSender ram;
    private final SectionList sections;
    private final DirtySync dirtySync;
    private final Pump pump;

    private BandwidthWindow window;
    private boolean ended;
    private boolean drained;
    private long setupNanos;
    private long pingNanos;
    private long roundTripNanos;
    private long endNanos;

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
        this.channels = new OutgoingChannels(this, ports.transport(), request, id);
        this.guestStop = new GuestStop(guest);
        this.autoConverge = new AutoConverge(guest.vcpus());
        boolean detectZero = options.parameters().zeroPageDetection() != ZeroPageDetection.NONE;
        this.ram = new RamSender(guest.ram(), detectZero, counters);
        this.sections = new SectionList(ram, guest.devices());
        this.dirtySync = new DirtySync(this, ram, autoConverge);
        this.window = new BandwidthWindow(startNanos, options.parameters());
        this.pump = new Pump(this, ports.loop());
    }

    /** Connects; the status is setup until the channels stand and the setup sections are out. */
    void begin() {
        channels.open(has(Capability.RETURN_PATH));
    }

    /** All channels stand. */
    void connected() {
        ports.probe().reached(PointName.CONNECTED);
        window = new BandwidthWindow(nanoTime(), parameters());
        enter(new SetupPhase(this));
    }

    /** The setup sections are out: QEMU's first dirty sync, then the status becomes active. */
    void setUp() {
        dirtySync.run();
        setupNanos = nanoTime() - startNanos;
        state.move(MigrationStatus.SETUP, MigrationStatus.ACTIVE);
        if (autoConverges()) {
            dirtySync.force();
        }
        enter(new PrecopyPhase(this));
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

    // ---- going on

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
        window.update(nanoTime(), counters, sections.pendingBytes(), parameters());
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

    /** A new rate limit counts at once, but the switchover is never limited. */
    void parametersChanged() {
        if (precopying()) {
            window.limit(parameters().maxBandwidthBytesPerSecond());
            pump();
        }
    }

    // ---- the end

    /** All bytes are with the transport; without a return path that is all a source can know. */
    void streamDrained() {
        drained = true;
        downtime.enter(DowntimeClock.Part.DESTINATION, nanoTime());
        if (channels.returnPath().map(SourceReturnPath::shut).orElse(true)) {
            complete();
        }
    }

    void destinationFinished() {
        if (drained) {
            complete();
        }
    }

    private void complete() {
        if (ended) {
            return;
        }
        downtime.end(nanoTime());
        finish();
        channels.close();
        MigrationStatus from =
                profile.alwaysEntersDevice() || has(Capability.PAUSE_BEFORE_SWITCHOVER)
                        ? MigrationStatus.DEVICE
                        : MigrationStatus.ACTIVE;
        state.move(from, MigrationStatus.COMPLETED);
        guest.run().become(RunState.POSTMIGRATE);
        migration.ended(this);
    }

    /** Ends the migration with an error; the guest runs on here. Later errors change nothing. */
    void fail(String reason) {
        if (ended) {
            return;
        }
        migration.error(reason);
        finish();
        channels.abort();
        if (profile.knowsFailing()) {
            state.move(state.get(), MigrationStatus.FAILING);
            giveBack(() -> {
                state.move(MigrationStatus.FAILING, MigrationStatus.FAILED);
                migration.ended(this);
            });
        } else {
            state.move(state.get(), MigrationStatus.FAILED);
            giveBack(() -> migration.ended(this));
        }
    }

    /** {@code migrate_cancel}: the guest runs on here. */
    void cancel() {
        if (ended) {
            return;
        }
        state.move(state.get(), MigrationStatus.CANCELLING);
        finish();
        channels.abort();
        ports.loop()
                .execute(() ->
                        giveBack(() -> {
                            state.move(MigrationStatus.CANCELLING, MigrationStatus.CANCELLED);
                            migration.ended(this);
                        }));
    }

    /** The guest is to be as it was before, which takes until a stop under way has finished. */
    private void giveBack(Runnable done) {
        boolean stopped = !guest.run().state().live();
        guestStop.undo(() -> {
            if (stopped && guest.run().state().live()) {
                probe().reached(PointName.GUEST_RESUMED);
            }
            done.run();
        });
    }

    private void finish() {
        ended = true;
        endNanos = nanoTime();
        pump.stop();
        // later, since the end may have come from a message that is still being read
        ports.loop().execute(() -> channels.returnPath().ifPresent(SourceReturnPath::release));
        autoConverge.stop();
    }

    // ---- what phases see

    boolean ended() {
        return ended;
    }

    /** Whether the transport has taken the whole stream. */
    boolean drained() {
        return drained;
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

    Probe probe() {
        return ports.probe();
    }

    boolean hasReturnPath() {
        return channels.returnPath().isPresent();
    }

    boolean has(Capability capability) {
        return options.capabilities().has(capability);
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

    Configuration configuration() {
        List<ConfigurationSubsection> subsections = new ArrayList<>();
        if (has(Capability.VALIDATE_UUID)) {
            guest.uuid()
                    .ifPresent(uuid ->
                            subsections.add(new ConfigurationSubsection.ValidatedUuid(uuid)));
        }
        if (channels.announcesReturnPath()) {
            subsections.add(new ConfigurationSubsection.ReturnPathChannel(id));
        }
        return new Configuration(guest.machineName(), subsections);
    }

    /** The configuration for the description of the stream, where the profile describes it. */
    Optional<Configuration> describedConfiguration() {
        return profile.describesConfiguration() ? Optional.of(configuration()) : Optional.empty();
    }

    /** Attributes bytes of RAM to the phase of the guest in which they were sent. */
    void countRam(long bytes) {
        if (guest.run().state().live()) {
            counters.precopyBytes += bytes;
        } else {
            counters.downtimeBytes += bytes;
        }
    }

    OutgoingFigures figures(Optional<String> error) {
        long now = ended ? endNanos : nanoTime();
        return new OutgoingFigures(
                state.get(),
                now - startNanos,
                setupNanos,
                downtime.totalNanos(now),
                downtime.parts(),
                window.expectedDowntimeMillis(),
                OutgoingFigures.Ram.of(counters, window, ram),
                autoConverge.percentage(),
                error);
    }
}
