package io.vmferry.dest.incoming;

import io.vmferry.dest.incoming.accept.IncomingListener;
import io.vmferry.dest.incoming.channel.ConnectionLog;
import io.vmferry.dest.incoming.channel.IncomingChannels;
import io.vmferry.dest.incoming.channel.MultifdSync;
import io.vmferry.dest.incoming.channel.SourceLiveness;
import io.vmferry.dest.incoming.guest.Arrival;
import io.vmferry.dest.incoming.guest.GuestClaim;
import io.vmferry.dest.incoming.guest.SwitchoverApprovals;
import io.vmferry.dest.incoming.postcopy.MissingPages;
import io.vmferry.dest.incoming.postcopy.PostcopyCompletion;
import io.vmferry.dest.incoming.postcopy.PostcopyPreparation;
import io.vmferry.dest.incoming.postcopy.PostcopyTakeover;
import io.vmferry.dest.incoming.ram.IncomingRam;
import io.vmferry.dest.incoming.ram.MultifdPages;
import io.vmferry.dest.incoming.ram.PageInput;
import io.vmferry.dest.incoming.recovery.IncomingRecovery;
import io.vmferry.dest.incoming.state.IncomingState;
import io.vmferry.dest.incoming.stream.ChannelInputs;
import io.vmferry.dest.incoming.stream.ConfigurationCheck;
import io.vmferry.dest.incoming.stream.DeviceLoading;
import io.vmferry.dest.incoming.stream.IncomingDevices;
import io.vmferry.dest.incoming.stream.MultifdChannels;
import io.vmferry.dest.incoming.stream.PayloadMemory;
import io.vmferry.dest.incoming.stream.StreamOpening;
import io.vmferry.machine.fault.DeviceTrouble;
import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.link.AddressListener;
import io.vmferry.machine.link.EngineLoop;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.monitor.EventSink;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.ram.RamRules;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.stream.StreamRules;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The destination of a migration: listens, loads, and ends with the guest running here or with a
 * failure that leaves it to the source. Can be used once, as in QEMU. Confined to the engine's
 * loop.
 */
public final class IncomingMigration {

    private static final Logger log = LoggerFactory.getLogger(IncomingMigration.class);

    /**
     * The interfaces of an incoming migration to its environment, besides its guest.
     *
     * @param trouble which devices are to fail
     */
    public record IncomingPorts(
            EngineLoop loop,
            AddressListener listener,
            EventSink events,
            Probe probe,
            DeviceTrouble trouble) {}

    private final IncomingState state;
    private final IncomingListener listener;
    private final Supplier<IncomingFigures> figures;
    private final IncomingRecovery recovery;
    private final IncomingEnd end;
    private final IncomingDriver driver;
    private Runnable beforeStart = () -> {};
    private Consumer<IncomingFigures> whenEnded = figures -> {};
    private Consumer<IncomingFigures> whenPaused = figures -> {};

    /**
     * Creates a destination that does not listen yet: its parts in the order of their dependencies.
     */
    public IncomingMigration(Guest guest, MigrationOptions options, IncomingPorts ports) {
        EngineLoop loop = ports.loop();
        Probe probe = ports.probe();
        state = new IncomingState(options, probe, ports.events());

        ConnectionLog connectionLog =
                new ConnectionLog(loop, (level, line) -> log.atLevel(level).log(line));
        IncomingChannels channels =
                new IncomingChannels(options, state, loop, probe, connectionLog);
        SourceLiveness liveness = new SourceLiveness(state, channels, loop);
        listener =
                new IncomingListener(
                        guest.run(),
                        options,
                        state,
                        channels,
                        loop,
                        ports.listener(),
                        ports.events(),
                        connectionLog);

        GuestClaim claim = new GuestClaim(guest, state);
        Arrival arrival = new Arrival(guest, options, loop, probe, () -> beforeStart.run());
        SwitchoverApprovals approvals =
                new SwitchoverApprovals(options, guest.devices(), state, channels, loop, probe);

        // huge pages are listed with their size when both sides may do postcopy
        IncomingRam ram =
                new IncomingRam(guest.ram(), options.capabilities().has(Capability.POSTCOPY_RAM));
        RamRules ramRules = RamRules.of(options.profile());
        MultifdSync sync = new MultifdSync(options, ram::synchronised, this::failed);
        PageInput mainPages = new PageInput(ram, ramRules, sync);
        ConfigurationCheck check = new ConfigurationCheck(guest, options);
        StreamOpening streams =
                new StreamOpening(
                        state,
                        channels,
                        liveness,
                        check,
                        new IncomingDevices(guest.devices(), mainPages),
                        new DeviceLoading(guest, state, approvals, ports.trouble(), loop, probe),
                        StreamRules.of(options.profile()),
                        probe);
        ChannelInputs inputs = new ChannelInputs();

        MissingPages pages = new MissingPages(guest, loop, ram, mainPages, ramRules, probe);
        PostcopyTakeover takeover = new PostcopyTakeover(guest.run(), state, claim, arrival);
        recovery =
                new IncomingRecovery(options, state, guest.ram(), channels, inputs, pages, probe);

        figures = () -> IncomingFigures.of(state, listener, inputs, ram, pages);
        end =
                new IncomingEnd(
                        options,
                        state,
                        guest,
                        listener,
                        channels,
                        inputs,
                        claim,
                        arrival,
                        pages,
                        takeover,
                        recovery,
                        probe,
                        () -> whenEnded.accept(figures()),
                        () -> whenPaused.accept(figures()));
        MultifdChannels multifd =
                new MultifdChannels(
                        options,
                        guest.uuid(),
                        state,
                        channels,
                        inputs,
                        new MultifdPages(ram),
                        sync,
                        new PayloadMemory(),
                        loop,
                        probe,
                        end::end);
        ChannelJoining joining =
                new ChannelJoining(
                        options, state, listener, channels, streams, inputs, multifd, approvals,
                        pages, end::end, probe);
        PostcopyPreparation preparation =
                new PostcopyPreparation(options, check, ram, state.postcopy());
        driver =
                new IncomingDriver(
                        state,
                        joining,
                        inputs,
                        new PingAnswers(channels, liveness, takeover, end::end, probe),
                        new PrecopyArrival(
                                options, state, channels, claim, arrival, end::arrived, end::end),
                        preparation,
                        new PostcopyEntry(
                                options,
                                state,
                                joining,
                                listener,
                                channels,
                                streams,
                                inputs,
                                preparation,
                                pages,
                                takeover,
                                end::end,
                                probe),
                        new PostcopyCompletion(options, state, inputs, pages),
                        recovery,
                        end,
                        probe);
    }

    private void failed(Failure failure) {
        end.end(failure);
    }

    /** Sets what runs when the guest has been loaded and its vCPUs are about to start. */
    public void beforeStart(Runnable action) {
        beforeStart = action;
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
        listener.start(address, driver::follow, bound, failed);
    }

    /** Sends the event setup of versions that have no such status, in any case. */
    public void announceSetup() {
        listener.announceSetup();
    }

    /** Whether a source can connect or has done so, until the migration has ended. */
    public boolean listens() {
        return listener.started() && !state.ended();
    }

    /** Accepts no further connection, because the process ends. */
    public void stopListening() {
        listener.stop();
    }

    /**
     * {@code migrate-recover}: listens for the source of a postcopy that is paused, in place of
     * where it listened before. Can be repeated, which makes a call that is under way fail. One of
     * the callbacks runs on the loop, now or later.
     *
     * @param bound gets the address with the port that was taken
     * @param failed gets the reason when the address cannot be used
     */
    public void recover(
            MigrationAddress address,
            Consumer<MigrationAddress> bound,
            Consumer<QmpException> failed) {
        if (!state.paused()) {
            throw new IllegalStateException("Nothing is paused");
        }
        recovery.replaceChannels();
        listener.open(
                address,
                driver::follow,
                at -> {
                    log.info("Waiting on {} for the source to resume the migration", at);
                    bound.accept(at);
                },
                failed);
    }

    /** {@code migrate-pause}, while postcopy or its recovery is under way. */
    public void pauseByUser() {
        end.end(new Failure.PauseCommand());
    }

    /**
     * An exception or error that a task of this engine let escape. Whoever runs the loop reports
     * it; here it ends or pauses the migration under way, as the failure table says.
     */
    public void broken(Throwable bug) {
        if (listens()) {
            end.end(new Failure.Bug(bug));
        }
    }

    /** The status of the migration. */
    public MigrationStatus status() {
        return state.status();
    }

    /** What the migration has done so far. */
    public IncomingFigures figures() {
        return figures.get();
    }
}
