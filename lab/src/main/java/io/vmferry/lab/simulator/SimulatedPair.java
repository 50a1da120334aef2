package io.vmferry.lab.simulator;

import io.vmferry.dest.incoming.IncomingMigration;
import io.vmferry.dest.incoming.IncomingMigration.IncomingPorts;
import io.vmferry.machine.fault.FaultInjector;
import io.vmferry.machine.fault.FaultPlan;
import io.vmferry.machine.guest.GuestSpec;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.lease.Lease;
import io.vmferry.machine.lease.LocalLease;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.oracle.Oracle;
import io.vmferry.protocol.options.Capabilities;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.options.OptionException;
import io.vmferry.protocol.options.Parameter;
import io.vmferry.protocol.options.Parameters;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.status.RunState;
import io.vmferry.protocol.status.Side;
import io.vmferry.source.outgoing.OutgoingMigration;
import io.vmferry.source.outgoing.OutgoingPorts;
import io.vmferry.source.outgoing.channel.MigrateArguments;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A source and its destinations, one after the other, in one virtual network. */
final class SimulatedPair implements AutoCloseable {

    /** A destination with its engine and, once memory is there, its oracle. */
    static final class Destination {

        final SimulatedSide side;
        final IncomingMigration engine;
        final DestinationProcess process;
        final MigrationOptions options;
        final MigrationAddress address;
        Optional<Oracle> oracle = Optional.empty();

        Destination(
                SimulatedSide side,
                IncomingMigration engine,
                MigrationOptions options,
                MigrationAddress address) {
            this.side = side;
            this.engine = engine;
            this.options = options;
            this.address = address;
            this.process = new DestinationProcess(side, engine);
        }

        /** Whether the destination ever owned the guest, running or not. */
        boolean ran() {
            return side.hosted.guest().run().state() != RunState.INMIGRATE;
        }
    }

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** The largest downtime limit that QEMU takes. */
    private static final long LONGEST_DOWNTIME_MILLIS = 2_000_000;

    final Scenario scenario;
    final VirtualTime time = new VirtualTime();
    final SplittableRandom random;
    final SimulatedNetwork network;
    final SimulatedLease lease;
    final SimulatedSide source;
    final OutgoingMigration outgoing;
    final SourceProcess sourceProcess;
    final MigrationOptions sourceOptions;
    private final NodeKind kind;
    private int destinations;

    SimulatedPair(Scenario scenario) throws OptionException {
        this(scenario, NodeKind.PLAIN);
    }

    /** What the nodes of a pair can do. */
    enum NodeKind {
        /** What the scenario plans. */
        PLAIN,

        /** What QEMU does, even where vmferry keeps a guest that QEMU loses. */
        AS_QEMU,

        /** Also what {@link SimulatedSide#control} is asked for while they run. */
        CONTROLLABLE
    }

    /** A pair of nodes of a kind. */
    SimulatedPair(Scenario scenario, NodeKind kind) throws OptionException {
        this.kind = kind;
        this.scenario = scenario;
        Interleaving.enter(this);
        this.random = new SplittableRandom(scenario.seed() ^ 0x5eed);
        this.network = new SimulatedNetwork(time, scenario.network(), random.split());
        this.lease = new SimulatedLease(time, new SplittableRandom(scenario.seed() ^ 0x1ea5e));
        SimulatedHost host = new SimulatedHost("source", time);
        this.source =
                new SimulatedSide(
                        host, scenario.guest(), RunState.PRELAUNCH, lease(host), random.split());
        SplittableRandom ids = random.split();
        FaultInjector faults = injector(scenario.plans().source(), source);
        this.sourceOptions = options(scenario.profile());
        this.outgoing =
                new OutgoingMigration(
                        source.hosted.guest(),
                        sourceOptions,
                        new OutgoingPorts(
                                host,
                                faults.transport(network.transportOf(host)),
                                source::event,
                                faults.watch(source::point),
                                faults,
                                () -> new UUID(ids.nextLong(), ids.nextLong())));
        this.sourceProcess = new SourceProcess(source, outgoing);
    }

    private Lease lease(SimulatedHost host) {
        return scenario.leased() ? lease.of(host) : new LocalLease();
    }

    private FaultInjector injector(FaultPlan plan, SimulatedSide side) {
        boolean controllable = kind == NodeKind.CONTROLLABLE;
        FaultInjector made =
                new FaultInjector(
                        plan,
                        side.host,
                        side.hosted.guest(),
                        side,
                        controllable,
                        Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
        side.control(made.control());
        return made;
    }

    private MigrationOptions options(Profile profile) throws OptionException {
        Map<Capability, Boolean> on = new HashMap<>();
        scenario.capabilities().forEach(capability -> on.put(capability, true));
        Capabilities capabilities =
                Capabilities.none().with(on, profile, EnumSet.copyOf(scenario.capabilities()));
        Map<Parameter, Object> parameters = scenario.parameters();
        return new MigrationOptions(
                profile,
                kind == NodeKind.AS_QEMU,
                capabilities,
                Parameters.defaults(profile).with(parameters, parameters.keySet(), capabilities));
    }

    /**
     * Boots and starts the guest at the source, which takes until its lease has responded; then the
     * user may pause it.
     */
    void start() {
        source.hosted.boot();
        source.hosted.guest().run().start(why -> {});
        Invariant.SOURCE.require(
                time.runUntil(source::runsGuest, PATIENCE_NANOS),
                "The guest was not started at the source");
        if (scenario.beginning().paused()) {
            boolean[] stopped = {false};
            source.hosted.guest().run().stop(RunState.PAUSED, () -> stopped[0] = true);
            time.runUntil(() -> stopped[0], PATIENCE_NANOS);
        }
    }

    /** Makes a new destination that listens. */
    Destination destination(String name) throws OptionException, QmpException {
        return destination(name, scenario.guest().withProfile(scenario.destinationProfile()));
    }

    /** Makes a new destination with another guest. */
    Destination destination(String name, GuestSpec guest) throws OptionException, QmpException {
        Destination destination = deferred(name, guest);
        boolean listens =
                destination.side.command(() ->
                        destination.engine.listen(destination.address, bound -> {}, refused()));
        if (!listens) {
            // an exception at its start ends a daemon
            destination.side.kill();
        }
        return destination;
    }

    /** A handler for listening that must succeed. */
    static <E extends Exception> Consumer<E> refused() {
        return e -> {
            throw new AssertionError("Cannot listen", e);
        };
    }

    /** Makes a new destination that does not listen yet. */
    Destination deferred(String name, GuestSpec guest) throws OptionException {
        SimulatedHost host = new SimulatedHost(name, time);
        SimulatedSide side =
                new SimulatedSide(host, guest, RunState.INMIGRATE, lease(host), random.split());
        // a source that tries again finds another destination, without faults
        boolean first = destinations++ == 0;
        FaultInjector faults =
                injector(
                        first ? scenario.plans().destination() : FaultPlan.none(Side.DESTINATION),
                        side);
        MigrationOptions options = options(guest.profile());
        IncomingMigration engine =
                new IncomingMigration(
                        side.hosted.guest(),
                        options,
                        new IncomingPorts(
                                host,
                                faults.transport(network.transportOf(host)),
                                side::event,
                                faults.watch(side::point),
                                faults));
        Destination destination =
                new Destination(side, engine, options, new MigrationAddress.Tcp(name, 4444));
        engine.beforeStart(() -> destination.oracle = side.hosted.arrived());
        return destination;
    }

    /**
     * Recovers a postcopy that is paused, over a new address.
     *
     * @return whether both sides have accepted the user's command
     */
    boolean recover(Destination destination, int port) throws QmpException {
        MigrationAddress address = new MigrationAddress.Tcp("recovery", port);
        return destination.side.command(
                        () -> destination.engine.recover(address, bound -> {}, refused()))
                && resume(address);
    }

    /** Runs {@code migrate} with {@code resume} at the source. */
    boolean resume(MigrationAddress address) throws QmpException {
        MigrateArguments arguments = new MigrateArguments(address, scenario.returnPathMode());
        sourceProcess.forget();
        return source.command(() -> outgoing.resume(arguments));
    }

    /**
     * Starts the migration. If the guest dirties memory faster than the network carries it, the
     * user accepts any downtime after a while.
     */
    void migrateTo(Destination destination) throws QmpException {
        source.host.schedule(PATIENCE_NANOS, this::acceptAnyDowntime);
        MigrateArguments arguments =
                new MigrateArguments(destination.address, scenario.returnPathMode());
        sourceProcess.forget();
        source.command(() -> outgoing.migrate(arguments));
        for (long nanos : scenario.postcopyAfterNanos()) {
            source.host.schedule(nanos, this::startPostcopy);
        }
    }

    private void startPostcopy() {
        try {
            source.command(outgoing::startPostcopy);
        } catch (QmpException e) {
            throw new AssertionError("Postcopy refused: " + e.getMessage(), e);
        }
    }

    private void acceptAnyDowntime() {
        try {
            sourceOptions.parameters(
                    sourceOptions
                            .parameters()
                            .with(
                                    Map.of(Parameter.DOWNTIME_LIMIT, LONGEST_DOWNTIME_MILLIS),
                                    Set.of(Parameter.DOWNTIME_LIMIT),
                                    sourceOptions.capabilities()));
            outgoing.parametersChanged();
        } catch (OptionException | QmpException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        Interleaving.leave();
        source.hosted.close();
    }
}
