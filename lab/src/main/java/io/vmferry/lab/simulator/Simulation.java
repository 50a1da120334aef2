package io.vmferry.lab.simulator;

import io.vmferry.machine.guest.RunControl;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.ProtocolPoint;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.options.OptionException;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Runs a {@link Scenario} and checks the invariants that hold for every fault: never two running
 * guests, a surviving owner with every write, every step executed once, a final state reached, and
 * a source that failed can migrate again.
 */
public final class Simulation {

    /** No simulated migration takes longer, unless it hangs. */
    private static final long LIMIT_NANOS = TimeUnit.HOURS.toNanos(2);

    private static final int MAX_FAULTY_RECOVERIES = 10;

    /** The longest time that a message is in transit. */
    private static final long UNDER_WAY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** The time after which a source that is paused knows the status of the guest. */
    private static final long LAST_WORDS_NANOS = TimeUnit.MILLISECONDS.toNanos(700);

    /** The time after which the user gives up a migration that neither ends nor fails. */
    private static final long USER_NANOS = TimeUnit.MINUTES.toNanos(10);

    /** A silence that is longer than the time limit of TCP and of every phase. */
    private static final long SILENCE_NANOS = TimeUnit.MINUTES.toNanos(6);

    /** The recoveries from planned faults, at most. */
    private static final int MAX_RECOVERIES = 5;

    private final SimulatedPair pair;
    private final Rest rest;
    private SimulatedPair.Destination current;
    private final List<TracedPoint> trace = new ArrayList<>();
    private FaultExecution strike;
    private Optional<Milestone> struck = Optional.empty();
    private Outcome last = Outcome.LOST;
    private MigrationRules rules;
    private int hits;
    private int struckSoFar;
    private long hitNanos;
    private long restNanos;
    private long newsNanos;
    private int recoveries;
    private boolean waited;

    @SuppressWarnings("NullAway.Init") // run sets the rest, and is called once, at once
    private Simulation(Scenario scenario) throws OptionException {
        this.pair = new SimulatedPair(scenario);
        this.rest = new Rest(pair);
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

    /**
     * Runs a scenario and returns all that is known of its end.
     *
     * @throws AssertionError with the seed and what did not hold
     */
    public static SimulationResult end(Scenario scenario) {
        return with(
                scenario,
                simulation -> {
                    Outcome outcome = simulation.run();
                    return new SimulationResult(
                            outcome,
                            simulation.last,
                            simulation.struck,
                            simulation.restNanos,
                            simulation.recoveries,
                            simulation.waited,
                            simulation.struckSoFar,
                            simulation.wrongPages(),
                            simulation.pair.network.peakBytes());
                });
    }

    /** Runs a scenario and returns every protocol point with its side and virtual time. */
    public static List<TracedPoint> trace(Scenario scenario) {
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
        List<TracedPoint> reached = List.of();
        try {
            Simulation simulation = new Simulation(scenario);
            reached = simulation.trace;
            try {
                T result = use.of(simulation);
                simulation.pair.time.check();
                return result;
            } finally {
                simulation.close();
            }
        } catch (QmpException | OptionException | RuntimeException | AssertionError e) {
            throw new BrokenRule(
                    Invariant.of(e),
                    "Seed %d: %s%nAgain: -Dsimulation.%s=%d -Dsimulation.fault='%s'%n%s%n%s"
                            .formatted(
                                    scenario.seed(),
                                    e.getMessage(),
                                    scenario.postcopy() ? "postcopy" : "precopy",
                                    scenario.seed(),
                                    scenario.fault(),
                                    scenario,
                                    TracedPoint.last(reached)),
                    e);
        }
    }

    private Outcome run() throws OptionException, QmpException {
        pair.start();
        current = pair.destination("destination", FaultExecution.destinationGuest(pair.scenario));
        strike = new FaultExecution(pair, current, pair.scenario.fault());
        rules = new MigrationRules(pair, current);
        SimulatedSide first = current.side;
        pair.source.probe(point -> atPoint(point, pair.source));
        first.probe(point -> atPoint(point, first));
        pair.migrateTo(current);
        awaitRest("the end of the migration");
        hearLastWords();
        await("the last words of the migration", this::settled);
        if (strike.bug()) {
            MonitorCheck.run(pair, current);
        }
        Outcome outcome = new OutcomeCheck(pair, current).outcome(strike);
        if (outcome == Outcome.MOVED && strike.hits().isEmpty() && !waited) {
            new FiguresRule(pair).judge(current.engine.figures());
        }
        struck = strike.struck();
        last = outcome;
        if (outcome == Outcome.PAUSED) {
            if (pair.scenario.plans().isEmpty()) {
                recover();
            } else {
                recoverAsUser();
            }
        }
        if (last == Outcome.SAFE_AT_SOURCE) {
            retry();
        }
        if (last == Outcome.MOVED && strike.fault().kind() == Fault.FaultKind.LEASE_FULL) {
            startWhatWasKeptFromRunning();
        }
        return outcome;
    }

    /**
     * Recovers a paused migration as often as planned faults break it, up to an allowed outcome.
     */
    private void recoverAsUser() throws QmpException {
        while (last == Outcome.PAUSED) {
            if (recoveries++ == MAX_RECOVERIES) {
                throw new BrokenRule(
                        Invariant.REST,
                        "Still paused after %d recoveries: source %s, destination %s"
                                .formatted(
                                        MAX_RECOVERIES,
                                        pair.outgoing.error(),
                                        current.engine.figures().error()));
            }
            strike = strike.ofRecovery();
            hits = 0;
            pair.recover(current, 5000 + recoveries);
            awaitRest("the end of recovery " + recoveries);
            // bytes in transit when one side paused may still resume the other one for a while
            goOnFor(UNDER_WAY_NANOS);
            await("the last words of recovery " + recoveries, this::settled);
            hearLastWords();
            last = new OutcomeCheck(pair, current).outcome(strike);
        }
    }

    /**
     * Recovers a paused migration, with further faults for some rounds and none in the last one:
     * the guest arrives complete.
     */
    private void recover() throws QmpException {
        if (pair.scenario.capabilities().contains(Capability.RELEASE_RAM)) {
            return; // QEMU has no recovery for these: the source may have given pages away
        }
        int faults = pair.random.nextInt(MAX_FAULTY_RECOVERIES);
        for (int round = 0; round <= faults; round++) {
            Fault fault = round < faults ? Fault.ofRecovery(pair.random) : Fault.NONE;
            strike = new FaultExecution(pair, current, fault);
            pair.recover(current, 5000 + round);
            await("the end of recovery " + round + " with " + fault, this::settled);
            Outcome outcome = new OutcomeCheck(pair, current).seen();
            if (outcome == Outcome.MOVED) {
                return;
            }
            if (outcome != Outcome.PAUSED || fault.kind() == Fault.FaultKind.NONE) {
                throw new BrokenRule(
                        Invariant.OWNER,
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

    /** Starts a guest that arrived without its lease. */
    private void startWhatWasKeptFromRunning() {
        RunControl run = current.side.hosted.guest().run();
        if (run.refusal().isPresent()) {
            pair.time.schedule(FaultExecution.LEASE_NANOS, () -> {});
            goOnFor(FaultExecution.LEASE_NANOS);
            run.start(why -> {});
            await("the start of the guest", () -> run.state() == RunState.RUNNING);
        }
    }

    // ---- faults and the user

    private void atPoint(ProtocolPoint point, SimulatedSide side) {
        trace.add(new TracedPoint(pair.time.nowNanos(), side.host.name(), point));
        if (point.name() != PointName.DIRTY_SYNC) {
            // a precopy that does not converge syncs for ever
            newsNanos = pair.time.nowNanos();
        }
        rules.reached(point, side);
        if (side == pair.source && point.is(PointName.STATUS, MigrationStatus.PRE_SWITCHOVER)) {
            side.host.schedule(pair.random.nextLong(50_000_000), this::proceed);
        }
        if (side == pair.source) {
            rest.sourceReached();
        }
        strike.atPoint(point, side);
        if (strike.hits().size() > hits) {
            hitNanos = pair.time.nowNanos();
        }
        struckSoFar += Math.max(0, strike.hits().size() - hits);
        hits = strike.hits().size();
    }

    private long wrongPages() {
        boolean damaged = last == Outcome.DAMAGED && current.oracle.isPresent();
        return damaged ? current.oracle.get().sweep().wrongPages() : 0;
    }

    private void proceed() {
        try {
            pair.source.command(() -> pair.outgoing.proceed(MigrationStatus.PRE_SWITCHOVER));
        } catch (QmpException e) {
            // cancelled or failed in the meantime
        }
    }

    // ---- waiting

    /**
     * Waits for the end of a destination that has failed, and for the verdict of a source that is
     * paused.
     */
    private void hearLastWords() {
        boolean alive;
        do {
            alive = current.side.host.alive();
            if (pair.outgoing.status() == MigrationStatus.POSTCOPY_PAUSED
                    || current.engine.status() == MigrationStatus.FAILED) {
                goOnFor(LAST_WORDS_NANOS);
            }
        } while (alive && (current.side.ending() || !current.side.host.alive()));
    }

    private void goOnFor(long nanos) {
        runUntil(() -> false, nanos);
    }

    /** Lets time pass until the condition holds, and checks the guests all the while. */
    private boolean runUntil(BooleanSupplier condition, long nanos) {
        return pair.time.runUntil(
                () -> {
                    rest.checkOneGuest(current);
                    return condition.getAsBoolean();
                },
                pair.time.nowNanos() + nanos);
    }

    /** Waits for an end; if there is none, cancels or pauses the migration as a user does. */
    private void awaitRest(String what) throws QmpException {
        // a guest that was stopped because its lease is lost releases no device any more
        boolean mayWait =
                !pair.scenario.plans().isEmpty()
                        || pair.scenario.fault().kind() == Fault.FaultKind.LEASE_FORCED;
        if (mayWait && !runUntil(this::settled, USER_NANOS)) {
            waited = true;
            giveUp();
        }
        await(what, this::settled);
        restNanos = pair.time.nowNanos() - hitNanos;
    }

    private void giveUp() throws QmpException {
        if (pair.outgoing.status().inPostcopy()) {
            pair.source.command(pair.outgoing::pause);
            current.side.command(current.engine::pauseByUser);
        } else {
            pair.source.command(pair.outgoing::cancel);
        }
    }

    private void await(String what, BooleanSupplier condition) {
        long beginNanos = pair.time.nowNanos();
        runUntil(() -> condition.getAsBoolean() || silentSince(beginNanos), LIMIT_NANOS);
        Invariant.REST.require(
                condition.getAsBoolean(),
                "%s was not reached: source %s, destination %s; points of the source %s, of the destination %s"
                        .formatted(
                                what,
                                pair.outgoing.status(),
                                current.engine.status(),
                                pair.source.points(),
                                current.side.points()));
    }

    /** Whether no point was reached for so long that none will follow. */
    private boolean silentSince(long beginNanos) {
        long lastNanos = trace.isEmpty() ? beginNanos : newsNanos;
        return pair.time.nowNanos() - Math.max(beginNanos, lastNanos) > SILENCE_NANOS;
    }

    private boolean settled() {
        return rest.settled(current);
    }

    /** Migrates again from a source that owns its guest again: all of it must move. */
    private void retry() throws OptionException, QmpException {
        SimulatedPair.Destination first = current;
        first.side.host.kill();
        current = pair.destination("second");
        SimulatedSide side = current.side;
        rules = new MigrationRules(pair, current);
        side.probe(point -> rules.reached(point, side));
        pair.migrateTo(current);
        await("the end of the second migration", this::settled);
        first.side.hosted.close();
        Invariant.AGAIN.require(
                current.engine.status() == MigrationStatus.COMPLETED && side.host.alive(),
                "The second migration ended with %s at the destination: %s"
                        .formatted(current.engine.status(), current.engine.figures().error()));
        new OutcomeCheck(pair, current).checkArrival();
    }

    private void close() {
        pair.close();
        if (current != null) {
            current.side.hosted.close();
        }
    }
}
