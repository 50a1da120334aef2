package io.vmferry.lab.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.guest.GuestSpec;
import io.vmferry.machine.guest.MachineType;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.ProtocolPoint;
import io.vmferry.machine.vcpu.WorkloadSpec;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.options.OptionException;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import io.vmferry.source.outgoing.ReturnPathMode;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** One simulated migration, what the tests do to it, and the events that it gives. */
final class ObservedMigration implements AutoCloseable {

    private static final long LIMIT_NANOS = TimeUnit.MINUTES.toNanos(5);

    /** A guest that dirties its memory all the time. */
    private static final String BUSY = "uniform,rate=2000,boot=1M";

    final SimulatedPair pair;
    final SimulatedPair.Destination destination;

    ObservedMigration(Profile profile, Set<Capability> capabilities) {
        try {
            pair = new SimulatedPair(scenario(profile, capabilities));
            pair.start();
            destination = pair.destination("destination");
            pair.source.events.clear();
        } catch (OptionException | QmpException e) {
            throw new AssertionError(e);
        }
    }

    /** With events and a return path, and whatever else is asked for. */
    static ObservedMigration with(Profile profile, Capability... more) {
        Set<Capability> on = EnumSet.of(Capability.EVENTS, Capability.RETURN_PATH);
        on.addAll(List.of(more));
        return new ObservedMigration(profile, on);
    }

    private static Scenario scenario(Profile profile, Set<Capability> capabilities) {
        GuestSpec guest =
                new GuestSpec(
                        MachineType.SYNTHETIC,
                        256 * 4096,
                        1,
                        WorkloadSpec.parse(BUSY),
                        List.of(),
                        7,
                        Optional.empty(),
                        true,
                        profile);
        return new Scenario(
                7,
                guest,
                capabilities,
                Map.of(),
                ReturnPathMode.CHANNEL,
                new LinkProfile(100_000, 50_000_000, 65536),
                new Fault(Fault.Kind.NONE, 0));
    }

    /** The user stops the guest; the events of that are forgotten. */
    ObservedMigration pauseGuest() {
        pair.source.hosted.guest().run().stop(RunState.PAUSED, () -> {});
        pair.time.runUntil(() -> pair.source.events.contains("STOP"), LIMIT_NANOS);
        pair.source.events.clear();
        return this;
    }

    /** Does something as soon as the source has reached a point. */
    ObservedMigration atSource(Predicate<ProtocolPoint> point, Runnable action) {
        boolean[] done = new boolean[1];
        pair.source.probe(reached -> {
            if (!done[0] && point.test(reached)) {
                done[0] = true;
                pair.source.host.execute(action);
            }
        });
        return this;
    }

    ObservedMigration whenSourceIs(MigrationStatus status, Runnable action) {
        return atSource(
                point ->
                        point.name() == PointName.STATUS
                                && point.argument().equals(status.qmpName()),
                action);
    }

    /** The destination has answered the first PING. */
    ObservedMigration whenBothAreActive(Runnable action) {
        return atSource(point -> point.name() == PointName.PONG, action);
    }

    ObservedMigration migrate() {
        try {
            pair.migrateTo(destination);
        } catch (QmpException e) {
            throw new AssertionError(e);
        }
        boolean settled =
                pair.time.runUntil(
                        () -> pair.outgoing.status().terminal(),
                        pair.time.nowNanos() + LIMIT_NANOS);
        assertThat(settled).as("source ended: %s", pair.outgoing.status()).isTrue();
        long until = pair.time.nowNanos() + TimeUnit.SECONDS.toNanos(1);
        pair.time.runUntil(() -> pair.time.nowNanos() >= until, until);
        return this;
    }

    void cancel() {
        try {
            pair.outgoing.cancel();
        } catch (QmpException e) {
            throw new AssertionError(e);
        }
    }

    void proceed() {
        try {
            pair.outgoing.proceed(MigrationStatus.PRE_SWITCHOVER);
        } catch (QmpException e) {
            throw new AssertionError(e);
        }
    }

    void cutMain() {
        pair.network.connections().getFirst().cut();
    }

    List<String> source() {
        List<String> events = new ArrayList<>();
        for (String event : pair.source.events) {
            events.add(event.replaceAll("^MIGRATION\\((.*)\\)$", "$1"));
        }
        return events;
    }

    List<String> withoutPasses() {
        return source().stream().filter(e -> !e.startsWith("MIGRATION_PASS")).toList();
    }

    List<String> passes() {
        return source().stream().filter(e -> e.startsWith("MIGRATION_PASS")).toList();
    }

    List<String> destination() {
        return destination.side.events.stream()
                .map(e -> e.replaceAll("^MIGRATION\\((.*)\\)$", "$1"))
                .toList();
    }

    RunState sourceState() {
        return pair.source.hosted.guest().run().state();
    }

    RunState destinationState() {
        return destination.side.hosted.guest().run().state();
    }

    @Override
    public void close() {
        pair.close();
        destination.side.hosted.close();
    }
}
