package io.vmferry.source.outgoing;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmferry.machine.device.Device;
import io.vmferry.machine.device.DeviceSpec;
import io.vmferry.machine.fault.DeviceTrouble;
import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.guest.HeldVcpus;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.guest.RunControl;
import io.vmferry.machine.lease.ScriptedLease;
import io.vmferry.machine.link.Cancellable;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.LinkListener;
import io.vmferry.machine.link.ManualLoop;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.link.NotedLink;
import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.RamBlockSpec;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.options.Capabilities;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.options.OptionException;
import io.vmferry.protocol.options.Parameter;
import io.vmferry.protocol.options.Parameters;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import io.vmferry.protocol.returnpath.ReturnPathWriter;
import io.vmferry.protocol.status.MigrationState;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import io.vmferry.protocol.status.Side;
import io.vmferry.source.outgoing.channel.ChannelPlan;
import io.vmferry.source.outgoing.channel.MigrateArguments;
import io.vmferry.source.outgoing.channel.MigrateArguments.ReturnPathMode;
import io.vmferry.source.outgoing.channel.OutgoingChannels;
import io.vmferry.source.outgoing.phase.Phase;
import io.vmferry.source.outgoing.ram.XbzrleCounters;
import io.vmferry.source.outgoing.state.MigrationError;
import io.vmferry.source.outgoing.state.Stage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.zip.CRC32;

/**
 * One phase of a source alone: its parts with a small guest, channels to nowhere on which a test
 * answers, and a loop whose time the test moves. No other phase and no end of a migration.
 */
final class PhaseRig implements AutoCloseable {

    static final int PAGES = 64;

    final List<String> points = new ArrayList<>();
    final List<Failure> failures = new ArrayList<>();
    final ManualLoop loop = new ManualLoop();
    final HeldVcpus vcpus = new HeldVcpus();
    final GuestRam ram;
    final MigrationState state;
    final AttemptParts parts;
    final OutgoingChannels channels;

    /** The connections in the order in which they were made: main, and what follows it. */
    final List<SentLink> links = new ArrayList<>();

    int turns;
    int drained;

    PhaseRig(Profile profile, Capability... on) throws OptionException {
        this(profile, "", false, on);
    }

    /**
     * @param devices what the guest has, each as on the command line, separated by blanks
     * @param toFile whether the migration goes to a file
     */
    PhaseRig(Profile profile, String devices, boolean toFile, Capability... on)
            throws OptionException {
        this(profile, devices, toFile, PAGES, Map.of(), on);
    }

    /**
     * @param pages of the guest
     * @param parameters that are not the default
     */
    PhaseRig(
            Profile profile,
            String devices,
            boolean toFile,
            int pages,
            Map<Parameter, Object> parameters,
            Capability... on)
            throws OptionException {
        ram = GuestRam.allocate(List.of(new RamBlockSpec("ram", (long) pages * 4096)));
        MigrationOptions options =
                new MigrationOptions(
                        profile,
                        capabilities(profile, on),
                        Parameters.defaults(profile)
                                .with(parameters, parameters.keySet(), Capabilities.none()));
        ScriptedLease lease = new ScriptedLease();
        RunControl run = new RunControl(vcpus, lease, e -> {}, RunState.PRELAUNCH, true);
        List<Device> made = new ArrayList<>();
        for (String device : devices.isEmpty() ? new String[0] : devices.split(" ", -1)) {
            made.add(DeviceSpec.parse(device).create(1, made.size()));
        }
        Guest guest = new Guest("none", Optional.empty(), ram, made, vcpus, run, lease);
        run.start(why -> {});
        state =
                new MigrationState(
                        Side.SOURCE,
                        profile,
                        (from, to) -> points.add("status(" + to.text() + ")"));
        OutgoingPorts ports =
                new OutgoingPorts(
                        loop,
                        this::connect,
                        event -> {},
                        Probe.of(point -> points.add(point.toString())),
                        DeviceTrouble.NONE,
                        () -> new UUID(1, 2));
        MigrationAddress address =
                toFile
                        ? new MigrationAddress.File(Path.of("dump"), 0)
                        : new MigrationAddress.Tcp("there", 4444);
        MigrateArguments arguments = new MigrateArguments(address, ReturnPathMode.INLINE);
        ChannelPlan plan =
                ChannelPlan.of(
                        arguments,
                        options.capabilities(),
                        profile,
                        options.capabilities().has(Capability.MULTIFD)
                                ? options.parameters().multifdChannels()
                                : 0,
                        false);
        parts =
                new AttemptParts(
                        guest,
                        options,
                        ports,
                        state,
                        new MigrationError(),
                        new XbzrleCounters(),
                        plan.answered(),
                        OptionalInt.empty());
        channels = parts.channels(arguments, plan);
        parts.turns.begin(() -> turns++, failures::add);
        state.move(MigrationStatus.NONE, MigrationStatus.SETUP);
        channels.open(() -> {});
        loop.run();
        points.clear();
    }

    private static Capabilities capabilities(Profile profile, Capability... on)
            throws OptionException {
        Map<Capability, Boolean> changes = new EnumMap<>(Capability.class);
        for (Capability capability : on) {
            changes.put(capability, true);
        }
        return Capabilities.none().with(changes, profile, Set.copyOf(changes.keySet()));
    }

    /** The phase of a stage, which is the stage of the migration from now on. */
    Phase phase(Stage stage) {
        parts.attempt.enter(stage);
        return new OutgoingPhases(parts, channels, () -> drained++).phase(stage);
    }

    /** Brings the status to where it is when a later phase begins. */
    void status(MigrationStatus... way) {
        for (MigrationStatus next : way) {
            if (!state.move(state.get(), next)) {
                throw new IllegalStateException(next + " cannot follow " + state.get());
            }
        }
        points.clear();
    }

    /** All pages are to be sent, or none. */
    void dirty(boolean all) {
        parts.sections.ram().setup(Unpooled.buffer());
        if (!all) {
            parts.scan.give(
                    parts.sections
                            .ram()
                            .records()
                            .into(Unpooled.directBuffer(PAGES * 8192), PAGES * 8192));
        }
    }

    /** The destination says something. */
    void answer(ReturnPathMessage message) {
        ByteBuf bytes = Unpooled.buffer();
        ReturnPathWriter.write(bytes, message);
        links.getFirst().listener.received(bytes);
    }

    /** The bytes sent on the main channel so far. */
    long sent() {
        return links.getFirst().bytes;
    }

    /** The side tasks that wait still have the packets that they were to compress. */
    @Override
    public void close() {
        channels.abort();
        while (loop.waitingSideTasks() > 0) {
            loop.nextSideTask();
        }
        ram.close();
    }

    /** A connection that counts what is written. */
    static final class SentLink extends NotedLink {

        private static final int KEPT_BYTES = 1 << 15;

        @SuppressWarnings("NullAway.Init") // set by attach, before anything is delivered
        LinkListener listener;

        long bytes;

        /** The first of them. */
        final ByteBuf beginning = Unpooled.buffer();

        /** Of all that was written. */
        final CRC32 checksum = new CRC32();

        /** Runs within the next write. */
        Runnable duringWrite = () -> {};

        /** Whether the transport takes at once what is written. */
        boolean drains = true;

        /** Whether the end of the input says nothing about the output. */
        boolean endsSeparately;

        private final List<Runnable> undrained = new ArrayList<>();

        SentLink() {
            super("there", note -> {});
        }

        @Override
        public void attach(LinkListener attached) {
            listener = attached;
        }

        @Override
        public void write(ByteBuf written) {
            bytes += written.readableBytes();
            checksum.update(written.nioBuffer());
            int kept = Math.min(written.readableBytes(), KEPT_BYTES - beginning.readableBytes());
            beginning.writeBytes(written, written.readerIndex(), kept);
            super.write(written);
            Runnable now = duringWrite;
            duringWrite = () -> {};
            now.run();
        }

        @Override
        public void whenDrained(Runnable action) {
            if (drains) {
                action.run();
            } else {
                undrained.add(action);
            }
        }

        @Override
        public boolean endsSeparately() {
            return endsSeparately;
        }

        /** The transport takes all that was written. */
        void drain() {
            undrained.forEach(Runnable::run);
            undrained.clear();
        }
    }

    private Cancellable connect(
            MigrationAddress address, Consumer<Link> connected, Consumer<IOException> failed) {
        SentLink link = new SentLink();
        loop.execute(() -> {
            links.add(link);
            connected.accept(link);
        });
        return () -> {};
    }
}
