package io.vmferry.lab.simulator;

import io.vmferry.machine.guest.GuestSpec;
import io.vmferry.machine.guest.GuestSpec.MachineType;
import io.vmferry.machine.oracle.OracleVerdict;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.ProtocolPoint;
import io.vmferry.machine.vcpu.Vcpu;
import io.vmferry.machine.vcpu.WorkloadSpec;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.options.OptionException;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import io.vmferry.source.outgoing.channel.MigrateArguments;
import io.vmferry.source.outgoing.channel.MigrateArguments.ReturnPathMode;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A background snapshot of a guest that writes all the while, into a file that another node loads.
 */
final class SnapshotRun implements AutoCloseable {

    private static final long LIMIT_NANOS = TimeUnit.MINUTES.toNanos(2);
    private static final long LATEST_FAULT_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long PAGE_BYTES = 4096;
    private static final int HUGE_PAGE_BYTES = 2 << 20;

    private static final List<String> WORKLOADS =
            List.of(
                    "uniform,rate=50000,boot=2M",
                    "sequential,rate=max,boot=1M,zero=30",
                    "hotset,rate=max,boot=2M,compressible=40",
                    "burst,rate=100000",
                    "increment,rate=20000");

    final SimulatedPair pair;
    final SavedStream file;

    /** What each vCPU had executed at the moment. */
    private List<Long> stepsAtMoment = List.of();

    SnapshotRun(long seed, Profile profile) throws OptionException {
        pair =
                new SimulatedPair(
                        scenario(
                                seed,
                                profile,
                                EnumSet.of(Capability.EVENTS, Capability.BACKGROUND_SNAPSHOT),
                                true));
        pair.start();
        pair.source.events.clear();
        file = new SavedStream(pair);
        pair.source.probe(this::reached);
    }

    private static Scenario scenario(
            long seed, Profile profile, Set<Capability> on, boolean autostart) {
        SplittableRandom random = new SplittableRandom(seed);
        boolean huge = random.nextInt(4) == 0;
        long pages = 512L * (1 + random.nextInt(4)) + (huge ? 0 : random.nextInt(100));
        GuestSpec guest =
                new GuestSpec(
                        MachineType.SYNTHETIC,
                        pages * PAGE_BYTES,
                        huge ? HUGE_PAGE_BYTES : PAGE_BYTES,
                        1 + random.nextInt(4),
                        WorkloadSpec.parse(WORKLOADS.get(random.nextInt(WORKLOADS.size()))),
                        List.of(),
                        seed,
                        Optional.empty(),
                        autostart,
                        profile);
        return new Scenario(
                seed,
                guest,
                profile,
                on,
                Map.of(),
                ReturnPathMode.CHANNEL,
                List.of(),
                new SimulatedNetwork.LinkProfile(
                        random.nextInt(500_000),
                        1_000_000L << random.nextInt(7),
                        16384 << random.nextInt(4)),
                Fault.NONE);
    }

    /** A snapshot that is drawn from a seed; some are cancelled, and some files break. */
    static void run(long seed) {
        SplittableRandom random = new SplittableRandom(seed ^ 0x5a9);
        Profile[] profiles = Profile.values();
        try (SnapshotRun run = new SnapshotRun(seed, profiles[random.nextInt(profiles.length)])) {
            long faultNanos = random.nextLong(LATEST_FAULT_NANOS);
            switch (random.nextInt(4)) {
                case 0 -> run.pair.source.host.schedule(faultNanos, run::cancel);
                case 1 -> run.pair.source.host.schedule(faultNanos, run.file::fail);
                default -> {
                    // nothing goes wrong
                }
            }
            if (run.make() == MigrationStatus.COMPLETED) {
                run.requireOneMoment();
            }
        } catch (OptionException | QmpException e) {
            throw new IllegalStateException(e);
        }
    }

    private void reached(ProtocolPoint point) {
        if (point.name() == PointName.GUEST_STOPPED) {
            stepsAtMoment = steps(pair.source);
        }
    }

    private static List<Long> steps(SimulatedSide side) {
        return side.hosted.vcpus().stream().map(Vcpu::steps).toList();
    }

    void cancel() {
        try {
            pair.outgoing.cancel();
        } catch (QmpException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Makes a snapshot; returns its last status. The guest runs on, however it has ended. */
    MigrationStatus make() throws QmpException {
        pair.outgoing.migrate(new MigrateArguments(SavedStream.FILE, ReturnPathMode.CHANNEL));
        await(() -> !pair.outgoing.running(), "The snapshot does not end");
        MigrationStatus end = pair.outgoing.status();
        Invariant.SOURCE.require(
                pair.source.hosted.guest().run().state() == RunState.RUNNING,
                "The guest does not run after a snapshot that has " + end.text());
        List<Long> before = steps(pair.source);
        await(() -> allPast(before), "A vCPU does not go on after a snapshot");
        pair.source
                .hosted
                .vcpus()
                .forEach(vcpu ->
                        Invariant.MEMORY.require(
                                vcpu.fault().isEmpty(), "The guest that stays: " + vcpu.fault()));
        return end;
    }

    private boolean allPast(List<Long> before) {
        List<Long> now = steps(pair.source);
        for (int vcpu = 0; vcpu < before.size(); vcpu++) {
            if (now.get(vcpu) <= before.get(vcpu)) {
                return false;
            }
        }
        return true;
    }

    private void await(BooleanSupplier done, String otherwise) {
        Invariant.REST.require(
                pair.time.runUntil(done, pair.time.nowNanos() + LIMIT_NANOS), otherwise);
    }

    /** Loads the file: every byte is that of the moment, by the guest's own account. */
    void requireOneMoment() throws OptionException, QmpException {
        await(file::whole, "The file is not closed");
        Scenario scenario = pair.scenario;
        try (SimulatedPair other =
                new SimulatedPair(
                        scenario(
                                scenario.seed(),
                                scenario.profile(),
                                EnumSet.of(Capability.EVENTS),
                                false))) {
            SimulatedPair.Destination destination = other.destination("loader");
            try {
                file.loadInto(other, destination);
                requireProved(other, destination);
            } finally {
                destination.side.hosted.close();
            }
        }
    }

    private void requireProved(SimulatedPair other, SimulatedPair.Destination destination) {
        boolean loaded =
                other.time.runUntil(
                        () -> destination.engine.status() == MigrationStatus.COMPLETED,
                        other.time.nowNanos() + LIMIT_NANOS);
        Invariant.ARRIVED.require(
                loaded, "The snapshot is not loaded: " + destination.engine.figures().error());
        OracleVerdict verdict = destination.oracle.orElseThrow().sweep();
        Invariant.MEMORY.require(verdict.satisfied(), "The snapshot: " + verdict);
        Invariant.STEPS.require(
                steps(destination.side).equals(stepsAtMoment),
                "The guest had executed %s at the moment, and %s in its snapshot"
                        .formatted(stepsAtMoment, steps(destination.side)));
    }

    @Override
    public void close() {
        pair.close();
    }
}
