package io.vmferry.lab.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.vmferry.machine.device.DeviceSpec;
import io.vmferry.machine.guest.GuestSpec;
import io.vmferry.machine.guest.GuestSpec.MachineType;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.ProtocolPoint;
import io.vmferry.machine.vcpu.WorkloadSpec;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.options.OptionException;
import io.vmferry.protocol.options.Parameter;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import io.vmferry.source.outgoing.channel.MigrateArguments.ReturnPathMode;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** One simulated migration, what the tests do to it, and the events that it gives. */
final class ObservedMigration implements AutoCloseable {

    private static final long LIMIT_NANOS = TimeUnit.MINUTES.toNanos(5);

    private static final int MEMORY_BYTES = 1 << 20;

    /** A guest that dirties its memory all the time. */
    private static final String BUSY = "uniform,rate=2000,boot=";

    final SimulatedPair pair;
    final SimulatedPair.Destination destination;

    ObservedMigration(Profile profile, Set<Capability> capabilities, String... devices) {
        this(scenario(profile, capabilities, devices));
    }

    private ObservedMigration(Scenario scenario) {
        try {
            pair = new SimulatedPair(scenario);
            pair.start();
            destination =
                    pair.destination("destination", FaultExecution.destinationGuest(pair.scenario));
            pair.source.events.clear();
        } catch (OptionException | QmpException e) {
            throw new AssertionError(e);
        }
    }

    /** A migration with events, a return path and further capabilities. */
    static ObservedMigration with(Profile profile, Capability... more) {
        Set<Capability> on = EnumSet.of(Capability.EVENTS, Capability.RETURN_PATH);
        on.addAll(List.of(more));
        return new ObservedMigration(profile, on);
    }

    /** Postcopy from the beginning, with pages left to be sent for a while. */
    static ObservedMigration postcopy(Profile profile, Set<Capability> more, String... devices) {
        return new ObservedMigration(postcopyScenario(profile, more, 0, devices));
    }

    /** A migration without a bandwidth limit, with more memory than a link can hold. */
    static ObservedMigration unlimitedPostcopy(long askedAfterMillis, String... devices) {
        Set<Capability> on = EnumSet.of(Capability.EVENTS, Capability.POSTCOPY_RAM);
        return new ObservedMigration(
                scenario(Profile.QEMU_10_2, on, 4 * MEMORY_BYTES, devices)
                        .askedForPostcopy(List.of(TimeUnit.MILLISECONDS.toNanos(askedAfterMillis)))
                        .withParameters(Map.of()));
    }

    /** Postcopy in the middle of a slow first pass, which the guest has dirtied here and there. */
    static ObservedMigration laterPostcopy(Profile profile) {
        long nanos = TimeUnit.MILLISECONDS.toNanos(150);
        Map<Parameter, Object> slow =
                Map.of(Parameter.MAX_BANDWIDTH, 5_000_000L, Parameter.DOWNTIME_LIMIT, 1L);
        return new ObservedMigration(
                postcopyScenario(profile, Set.of(), nanos).withParameters(slow));
    }

    /** Postcopy of an idle guest, asked for in the middle of a first pass that takes long. */
    static ObservedMigration slowPostcopy(Profile profile, long askedAfterMillis) {
        Map<Parameter, Object> slow =
                Map.of(Parameter.MAX_BANDWIDTH, 1L << 20, Parameter.DOWNTIME_LIMIT, 1L);
        return new ObservedMigration(
                scenario(
                                profile,
                                EnumSet.of(Capability.EVENTS, Capability.POSTCOPY_RAM),
                                4 * MEMORY_BYTES)
                        .askedForPostcopy(List.of(TimeUnit.MILLISECONDS.toNanos(askedAfterMillis)))
                        .withParameters(slow));
    }

    /** Postcopy of nothing but the bitmaps of disks, without a return path. */
    static ObservedMigration bitmapsOnly(Profile profile) {
        Set<Capability> on = EnumSet.of(Capability.EVENTS, Capability.DIRTY_BITMAPS);
        return new ObservedMigration(scenario(profile, on).askedForPostcopy(List.of(0L)));
    }

    /** A migration to a destination whose first device rejects its state. */
    static ObservedMigration refusedPostcopy(Profile profile) {
        return new ObservedMigration(
                postcopyScenario(profile, Set.of(), 0, "virtio-net")
                        .withFault(new Fault(Fault.FaultKind.DEVICE_LOAD_ERROR, 0)));
    }

    private static Scenario postcopyScenario(
            Profile profile, Set<Capability> more, long askedAfterNanos, String... devices) {
        Set<Capability> on = EnumSet.of(Capability.EVENTS, Capability.POSTCOPY_RAM);
        on.addAll(more);
        return scenario(profile, on, devices).askedForPostcopy(List.of(askedAfterNanos));
    }

    private static Scenario scenario(
            Profile profile, Set<Capability> capabilities, String... devices) {
        return scenario(profile, capabilities, MEMORY_BYTES, devices);
    }

    private static Scenario scenario(
            Profile profile, Set<Capability> capabilities, int memoryBytes, String... devices) {
        GuestSpec guest =
                new GuestSpec(
                        MachineType.SYNTHETIC,
                        memoryBytes,
                        4096,
                        1,
                        WorkloadSpec.parse(BUSY + memoryBytes),
                        Stream.of(devices).map(DeviceSpec::parse).toList(),
                        7,
                        Optional.empty(),
                        true,
                        profile);
        return new Scenario(
                7,
                guest,
                profile,
                capabilities,
                Map.of(Parameter.MAX_POSTCOPY_BANDWIDTH, 4L << 20),
                ReturnPathMode.CHANNEL,
                List.of(),
                new SimulatedNetwork.LinkProfile(100_000, 50_000_000, 65536),
                Fault.NONE);
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
        return at(pair.source, point, action);
    }

    /** The same for the destination. */
    ObservedMigration atDestination(Predicate<ProtocolPoint> point, Runnable action) {
        return at(destination.side, point, action);
    }

    private ObservedMigration at(
            SimulatedSide side, Predicate<ProtocolPoint> point, Runnable action) {
        boolean[] done = new boolean[1];
        side.probe(reached -> {
            if (!done[0] && point.test(reached)) {
                done[0] = true;
                side.host.execute(action);
            }
        });
        return this;
    }

    ObservedMigration whenSourceIs(MigrationStatus status, Runnable action) {
        return atSource(point -> point.is(PointName.STATUS, status), action);
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
        runUntil(ObservedMigration::settled);
        return this;
    }

    /** Lets a migration that was paused, and is being recovered, come to its end. */
    ObservedMigration toTheEnd() {
        runUntil(MigrationStatus::terminal);
        return this;
    }

    private void runUntil(Predicate<MigrationStatus> reached) {
        boolean there =
                pair.time.runUntil(
                        () -> reached.test(pair.outgoing.status()),
                        pair.time.nowNanos() + LIMIT_NANOS);
        assertThat(there).as("source ended: %s", pair.outgoing.status()).isTrue();
        long until = pair.time.nowNanos() + TimeUnit.SECONDS.toNanos(1);
        pair.time.runUntil(() -> pair.time.nowNanos() >= until, until);
    }

    private static boolean settled(MigrationStatus status) {
        return status.terminal() || status == MigrationStatus.POSTCOPY_PAUSED;
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

    SimulatedLink main() {
        return pair.network.carrying(ChannelRole.MAIN);
    }

    void cutMain() {
        main().cut();
    }

    /** Bytes come back from the destination that it has not sent. */
    void sayBack(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
        pair.network
                .carrying(ChannelRole.RETURN_PATH)
                .peerEnd()
                .write(Unpooled.wrappedBuffer(bytes));
    }

    String sourceError() {
        return pair.outgoing.figures().orElseThrow().error().orElse("no error");
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
