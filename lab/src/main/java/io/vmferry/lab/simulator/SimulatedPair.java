package io.vmferry.lab.simulator;

import io.vmferry.dest.incoming.IncomingMigration;
import io.vmferry.dest.incoming.IncomingPorts;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.oracle.Oracle;
import io.vmferry.protocol.options.Capabilities;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.options.OptionException;
import io.vmferry.protocol.options.Parameter;
import io.vmferry.protocol.options.Parameters;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.status.RunState;
import io.vmferry.source.outgoing.MigrateRequest;
import io.vmferry.source.outgoing.OutgoingMigration;
import io.vmferry.source.outgoing.OutgoingPorts;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * A source and, one after the other, the destinations it tries, wired together in one virtual
 * world.
 */
final class SimulatedPair implements AutoCloseable {

    /** A destination with its engine and, once memory is there, its oracle. */
    static final class Destination {

        final SimulatedSide side;
        final IncomingMigration engine;
        final MigrationAddress address;
        Optional<Oracle> oracle = Optional.empty();

        Destination(SimulatedSide side, IncomingMigration engine, MigrationAddress address) {
            this.side = side;
            this.engine = engine;
            this.address = address;
        }
    }

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** The largest downtime limit that QEMU takes. */
    private static final long LONGEST_DOWNTIME_MILLIS = 2_000_000;

    final Scenario scenario;
    final VirtualTime time = new VirtualTime();
    final SplittableRandom random;
    final SimulatedNetwork network;
    final SimulatedLease lease = new SimulatedLease();
    final SimulatedSide source;
    final OutgoingMigration outgoing;
    private final MigrationOptions sourceOptions;

    SimulatedPair(Scenario scenario) throws OptionException {
        this.scenario = scenario;
        this.random = new SplittableRandom(scenario.seed() ^ 0x5eed);
        this.network = new SimulatedNetwork(time, scenario.network(), random.split());
        SimulatedHost host = new SimulatedHost("source", time);
        this.source =
                new SimulatedSide(
                        host, scenario.guest(), RunState.PRELAUNCH, lease.of(host), random.split());
        SplittableRandom ids = random.split();
        this.sourceOptions = options();
        this.outgoing =
                new OutgoingMigration(
                        source.hosted.guest(),
                        sourceOptions,
                        new OutgoingPorts(
                                host,
                                network.transportOf(host),
                                source::event,
                                source::point,
                                () -> new UUID(ids.nextLong(), ids.nextLong())));
    }

    private MigrationOptions options() throws OptionException {
        Map<Capability, Boolean> on = new HashMap<>();
        scenario.capabilities().forEach(capability -> on.put(capability, true));
        Capabilities capabilities =
                Capabilities.none()
                        .with(on, scenario.profile(), EnumSet.copyOf(scenario.capabilities()));
        Map<Parameter, Object> parameters = scenario.parameters();
        return new MigrationOptions(
                scenario.profile(),
                capabilities,
                Parameters.defaults(scenario.profile())
                        .with(parameters, parameters.keySet(), capabilities));
    }

    /** Boots the guest at the source and lets it run. */
    void start() {
        source.hosted.boot();
        source.hosted.guest().run().start();
    }

    /** A fresh destination that listens. */
    Destination destination(String name) throws OptionException, QmpException {
        SimulatedHost host = new SimulatedHost(name, time);
        SimulatedSide side =
                new SimulatedSide(
                        host, scenario.guest(), RunState.INMIGRATE, lease.of(host), random.split());
        IncomingMigration engine =
                new IncomingMigration(
                        side.hosted.guest(),
                        options(),
                        new IncomingPorts(
                                host, network.transportOf(host), side::event, side::point));
        Destination destination =
                new Destination(side, engine, new MigrationAddress.Tcp(name, 4444));
        engine.beforeStart(() -> destination.oracle = side.hosted.arrived());
        engine.listen(destination.address);
        return destination;
    }

    /**
     * Migrates. Where the guest dirties memory faster than the network carries it, the operator
     * loses patience and accepts any downtime.
     */
    void migrateTo(Destination destination) throws QmpException {
        source.host.schedule(PATIENCE_NANOS, this::acceptAnyDowntime);
        outgoing.migrate(new MigrateRequest(destination.address, scenario.returnPathMode()));
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
        } catch (OptionException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        source.hosted.close();
    }
}
