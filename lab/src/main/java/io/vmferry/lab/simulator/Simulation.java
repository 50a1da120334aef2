package io.vmferry.lab.simulator;

import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.ProtocolPoint;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.options.OptionException;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.source.outgoing.MigrateRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Runs a {@link Scenario} and checks what must hold whatever goes wrong: never two running guests,
 * a surviving owner with every write, every step executed once, a final state reached, and a source
 * that failed can migrate again.
 */
public final class Simulation {

    /** No simulated migration takes longer, unless it hangs. */
    private static final long LIMIT_NANOS = TimeUnit.HOURS.toNanos(2);

    private static final int MAX_FAULTY_RECOVERIES = 10;

    /** No message is under way for so long. */
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(6);

    /** How long a guest is looked at that waits for a recovery. */
    private static final long PAUSED_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** A protocol point that a simulation has reached, and when. */
    public record Traced(long nanos, String host, ProtocolPoint point) {}

    /**
     * How a simulation has ended.
     *
     * @param struck how far it was when the fault did harm; empty when it did none
     */
    record Ending(Outcome outcome, Optional<Stage> struck) {}

    private final SimulatedPair pair;
    private SimulatedPair.Destination current;
    private final List<Traced> trace = new ArrayList<>();
    private Strike strike;
    private Optional<Stage> struck = Optional.empty();
    private long sourceEndedNanos = Long.MAX_VALUE;

    private Simulation(Scenario scenario) throws OptionException {
        this.pair = new SimulatedPair(scenario);
    }

    /**
     * Runs a scenario.
     *
     * @return how it ended
     * @throws AssertionError with the seed and what did not hold
     */
    public static Outcome run(Scenario scenario) {
        return end(scenario).outcome();
    }

    /** Runs a scenario and returns how far it was when the fault did harm, too. */
    static Ending end(Scenario scenario) {
        return with(
                scenario,
                simulation -> {
                    Outcome outcome = simulation.run();
                    return new Ending(outcome, simulation.struck);
                });
    }

    /** Runs a scenario and returns every protocol point with its side and virtual time. */
    public static List<Traced> trace(Scenario scenario) {
        return with(
                scenario,
                simulation -> {
                    simulation.run();
                    return simulation.trace;
                });
    }

    private interface Use<T> {
        T of(Simulation simulation) throws QmpException, OptionException;
    }

    private static <T> T with(Scenario scenario, Use<T> use) {
        try {
            Simulation simulation = new Simulation(scenario);
            try {
                return use.of(simulation);
            } finally {
                simulation.close();
            }
        } catch (QmpException | OptionException | RuntimeException | AssertionError e) {
            throw new AssertionError(
                    "Seed %d: %s%nAgain: -Dsimulation.%s=%d -Dsimulation.fault='%s'%n%s"
                            .formatted(
                                    scenario.seed(),
                                    e.getMessage(),
                                    scenario.postcopy() ? "postcopy" : "precopy",
                                    scenario.seed(),
                                    scenario.fault(),
                                    scenario),
                    e);
        }
    }

    private Outcome run() throws OptionException, QmpException {
        pair.start();
        current = pair.destination("destination", Strike.destinationGuest(pair.scenario));
        strike = new Strike(pair, current, pair.scenario.fault());
        pair.source.probe(point -> atPoint(point, pair.source));
        current.side.probe(point -> atPoint(point, current.side));
        strike.prepare();
        pair.migrateTo(current);
        await("the end of the migration", this::settled);
        if (current.engine.status() == MigrationStatus.POSTCOPY_PAUSED) {
            goOnFor(PAUSED_NANOS);
        }
        Outcome outcome = new Judgement(pair, current).outcome(strike);
        struck = strike.struck();
        switch (outcome) {
            case SAFE_AT_SOURCE -> retry();
            case PAUSED -> recover();
            case MOVED, STRANDED, LOST -> {}
        }
        return outcome;
    }

    /**
     * Recovers what is paused, with further faults for some rounds and none in the last one: the
     * guest arrives whole.
     */
    private void recover() throws QmpException {
        if (pair.scenario.capabilities().contains(Capability.RELEASE_RAM)) {
            return; // QEMU has no recovery for these: the source may have given pages away
        }
        int faults = pair.random.nextInt(MAX_FAULTY_RECOVERIES);
        for (int round = 0; round <= faults; round++) {
            Fault fault = round < faults ? Fault.ofRecovery(pair.random) : Fault.NONE;
            strike = new Strike(pair, current, fault);
            strike.prepare();
            MigrationAddress address = new MigrationAddress.Tcp("recovery", 5000 + round);
            current.engine.recover(address);
            pair.outgoing.resume(new MigrateRequest(address, pair.scenario.returnPathMode()));
            await("the end of recovery " + round + " with " + fault, this::settled);
            Outcome outcome = new Judgement(pair, current).seen();
            if (outcome == Outcome.MOVED) {
                return;
            }
            if (outcome != Outcome.PAUSED || fault.kind() == Fault.Kind.NONE) {
                throw new AssertionError(
                        "Recovery %d with %s ended with %s: source %s, destination %s"
                                .formatted(
                                        round,
                                        fault,
                                        outcome,
                                        pair.outgoing.figures().flatMap(f -> f.error()),
                                        current.engine.figures().error()));
            }
        }
    }

    // ---- faults and the user

    private void atPoint(ProtocolPoint point, SimulatedSide side) {
        trace.add(new Traced(pair.time.nowNanos(), side.host.name(), point));
        if (side == pair.source
                && point.name() == PointName.STATUS
                && point.argument().equals(MigrationStatus.PRE_SWITCHOVER.qmpName())) {
            side.host.schedule(pair.random.nextLong(50_000_000), this::proceed);
        }
        if (side == pair.source && sourceIsDone()) {
            sourceEndedNanos = pair.time.nowNanos();
            pair.time.schedule(2 * QUIET_NANOS, () -> {});
        }
        strike.atPoint(point, side);
    }

    private void proceed() {
        try {
            pair.outgoing.proceed(MigrationStatus.PRE_SWITCHOVER);
        } catch (QmpException e) {
            // cancelled or failed in the meantime
        }
    }

    // ---- waiting

    private void goOnFor(long nanos) {
        long end = pair.time.nowNanos() + nanos;
        pair.time.runUntil(
                () -> {
                    checkOneGuest();
                    return false;
                },
                end);
    }

    private void await(String what, BooleanSupplier condition) {
        boolean reached =
                pair.time.runUntil(
                        () -> {
                            checkOneGuest();
                            return condition.getAsBoolean();
                        },
                        pair.time.nowNanos() + LIMIT_NANOS);
        if (!reached) {
            throw new AssertionError(
                    "%s was not reached: source %s, destination %s; points of the source %s, of the destination %s"
                            .formatted(
                                    what,
                                    pair.outgoing.status(),
                                    current.engine.status(),
                                    pair.source.points,
                                    current.side.points));
        }
    }

    private boolean settled() {
        MigrationStatus there = current.engine.status();
        boolean sourceSettled =
                !pair.source.host.alive()
                        || (pair.outgoing.status() == MigrationStatus.POSTCOPY_PAUSED
                                && !pair.outgoing.connecting())
                        || (pair.outgoing.status().terminal() && sourceResumed());
        boolean destinationSettled =
                !current.side.host.alive()
                        || there.terminal()
                        || there == MigrationStatus.POSTCOPY_PAUSED
                        || (awaitsSource() && quiet());
        return sourceSettled && destinationSettled;
    }

    private boolean sourceIsDone() {
        MigrationStatus status = pair.outgoing.status();
        return status.terminal() || status == MigrationStatus.POSTCOPY_PAUSED;
    }

    /** Old versions have no status until a source connects. */
    private boolean awaitsSource() {
        MigrationStatus status = current.engine.status();
        return status == MigrationStatus.NONE || status == MigrationStatus.SETUP;
    }

    /**
     * A destination that has heard nothing long after the source's end will hear nothing any more.
     */
    private boolean quiet() {
        long silentNanos = pair.time.nowNanos() - sourceEndedNanos;
        boolean over = sourceIsDone() && silentNanos > QUIET_NANOS;
        return over || !pair.source.host.alive();
    }

    /** After a failure the guest runs on at the source, unless the destination has it. */
    private boolean sourceResumed() {
        return pair.outgoing.status() == MigrationStatus.COMPLETED
                || pair.source.runsGuest()
                || current.side.runsGuest()
                || pair.source.hosted.guest().lease().passedOn();
    }

    private void checkOneGuest() {
        if (pair.source.runsGuest() && current.side.runsGuest()) {
            throw new AssertionError("Two guests run");
        }
        if (pair.source.vcpus.running() && current.side.vcpus.running()) {
            throw new AssertionError("vCPUs execute on both sides");
        }
    }

    /** A source that has its guest again moves all of it with a second migrate. */
    private void retry() throws OptionException, QmpException {
        SimulatedPair.Destination first = current;
        first.side.host.kill();
        current = pair.destination("second");
        SimulatedSide side = current.side;
        pair.migrateTo(current);
        await("the end of the second migration", this::settled);
        first.side.hosted.close();
        if (current.engine.status() != MigrationStatus.COMPLETED || !side.host.alive()) {
            throw new AssertionError(
                    "The second migration ended with %s at the destination: %s"
                            .formatted(current.engine.status(), current.engine.figures().error()));
        }
        new Judgement(pair, current).checkArrival();
    }

    private void close() {
        pair.close();
        if (current != null) {
            current.side.hosted.close();
        }
    }
}
