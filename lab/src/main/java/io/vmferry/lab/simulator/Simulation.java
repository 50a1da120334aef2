package io.vmferry.lab.simulator;

import io.vmferry.machine.oracle.OracleVerdict;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.ProtocolPoint;
import io.vmferry.machine.vcpu.StepInterval;
import io.vmferry.machine.vcpu.Vcpu;
import io.vmferry.machine.vcpu.WorkloadKind;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.options.OptionException;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.source.outgoing.OutgoingFigures;
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

    private static final long STALL_NANOS = TimeUnit.SECONDS.toNanos(3);

    /** A guest with a slow bursty workload may do nothing for so long. */
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.HOURS.toNanos(1);

    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final Scenario scenario;
    private final SimulatedPair pair;
    private SimulatedPair.Destination current;
    private final List<String> trace = new ArrayList<>();
    private int pointsSeen;
    private long sourceEndedNanos = Long.MAX_VALUE;
    private boolean faultDone;

    private Simulation(Scenario scenario) throws OptionException {
        this.scenario = scenario;
        this.pair = new SimulatedPair(scenario);
    }

    /**
     * Runs a scenario.
     *
     * @return how it ended
     * @throws AssertionError with the seed and what did not hold
     */
    public static Outcome run(Scenario scenario) {
        return with(scenario, Simulation::run);
    }

    /** Runs a scenario and returns every protocol point with its side and virtual time. */
    public static List<String> trace(Scenario scenario) {
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
                    "Seed " + scenario.seed() + ": " + e.getMessage() + "\n" + scenario, e);
        }
    }

    private Outcome run() throws OptionException, QmpException {
        pair.start();
        current = pair.destination("destination");
        pair.source.probe(point -> atPoint(point, pair.source));
        current.side.probe(point -> atPoint(point, current.side));
        if (scenario.fault().kind() == Fault.Kind.CUT_MAIN_AT_BYTE) {
            pair.network.whenConnected(this::cutMain);
        }
        pair.migrateTo(current);
        await("the end of the migration", this::settled);
        Outcome outcome = judge();
        if (outcome == Outcome.SAFE_AT_SOURCE) {
            retry();
        }
        return outcome;
    }

    // ---- faults and the user

    private void atPoint(ProtocolPoint point, SimulatedSide side) {
        trace.add(pair.time.nowNanos() + " " + side.host.name() + " " + point);
        if (side == pair.source
                && point.name() == PointName.STATUS
                && point.argument().equals(MigrationStatus.PRE_SWITCHOVER.qmpName())) {
            side.host.schedule(pair.random.nextLong(50_000_000), this::proceed);
        }
        if (side == pair.source && pair.outgoing.status().terminal()) {
            sourceEndedNanos = pair.time.nowNanos();
            pair.time.schedule(2 * QUIET_NANOS, () -> {});
        }
        if (!faultDone && pointsSeen++ == scenario.fault().atPoint()) {
            faultDone = true;
            // as an event of its own: a fault comes from outside, not from within the engine
            pair.time.schedule(pair.random.nextLong(2_000_000), this::strike);
        }
    }

    private void proceed() {
        try {
            pair.outgoing.proceed(MigrationStatus.PRE_SWITCHOVER);
        } catch (QmpException e) {
            // cancelled or failed in the meantime
        }
    }

    private void strike() {
        List<SimulatedLink> links = pair.network.connections();
        Optional<SimulatedLink> main = links.stream().findFirst();
        Optional<SimulatedLink> last = links.isEmpty() ? main : Optional.of(links.getLast());
        switch (scenario.fault().kind()) {
            case NONE, CUT_MAIN_AT_BYTE -> {}
            case KILL_SOURCE -> pair.source.host.kill();
            case KILL_DESTINATION -> current.side.host.kill();
            case CUT_MAIN -> main.ifPresent(SimulatedLink::cut);
            case CUT_RETURN_PATH -> last.ifPresent(SimulatedLink::cut);
            case STALL_MAIN -> main.ifPresent(link -> link.peerEnd().stall(STALL_NANOS));
            case STALL_RETURN_PATH -> last.ifPresent(link -> link.stall(STALL_NANOS));
            case CANCEL -> cancel();
        }
    }

    /** The main channel is the first connection of all. */
    private void cutMain(SimulatedLink link) {
        if (pair.network.connections().size() == 1) {
            link.cutAfter(1 + pair.random.nextLong(2 * scenario.guest().memoryBytes()));
        }
    }

    private void cancel() {
        try {
            pair.outgoing.cancel();
        } catch (QmpException e) {
            throw new AssertionError("Cancel refused: " + e.getMessage(), e);
        }
    }

    // ---- waiting

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
        boolean sourceSettled =
                !pair.source.host.alive() || (pair.outgoing.status().terminal() && sourceResumed());
        boolean destinationSettled =
                !current.side.host.alive()
                        || current.engine.status().terminal()
                        || (current.engine.status() == MigrationStatus.SETUP && quiet());
        return sourceSettled && destinationSettled;
    }

    /**
     * A destination that has heard nothing long after the source's end will hear nothing any more.
     */
    private boolean quiet() {
        long silentNanos = pair.time.nowNanos() - sourceEndedNanos;
        boolean over = pair.outgoing.status().terminal() && silentNanos > QUIET_NANOS;
        return over || !pair.source.host.alive();
    }

    /** After a failure the guest runs on at the source, unless the destination has it. */
    private boolean sourceResumed() {
        return pair.outgoing.status() == MigrationStatus.COMPLETED
                || pair.source.runsGuest()
                || current.side.runsGuest();
    }

    private void checkOneGuest() {
        if (pair.source.runsGuest() && current.side.runsGuest()) {
            throw new AssertionError("Two guests run");
        }
        if (pair.source.vcpus.running() && current.side.vcpus.running()) {
            throw new AssertionError("vCPUs execute on both sides");
        }
    }

    // ---- judging

    private Outcome judge() {
        boolean arrived = current.engine.status() == MigrationStatus.COMPLETED;
        if (scenario.fault().kind().harmless()
                && pair.outgoing.status() != MigrationStatus.COMPLETED) {
            throw new AssertionError(
                    "Nothing was lost, but the source ended with %s: %s"
                            .formatted(
                                    pair.outgoing.status(),
                                    pair.outgoing.figures().flatMap(OutgoingFigures::error)));
        }
        if (arrived) {
            checkMemory(current);
        }
        if (arrived && current.side.host.alive()) {
            checkLedger();
            return Outcome.MOVED;
        }
        if (pair.source.host.alive() && pair.source.runsGuest()) {
            checkSource();
            return Outcome.SAFE_AT_SOURCE;
        }
        boolean explained =
                !pair.source.host.alive()
                        || !current.side.host.alive()
                        || !pair.scenario.capabilities().contains(Capability.RETURN_PATH);
        if (!explained) {
            throw new AssertionError(
                    "The guest is lost although nobody died: source %s, destination %s"
                            .formatted(pair.outgoing.status(), current.engine.status()));
        }
        return Outcome.LOST;
    }

    private static void checkMemory(SimulatedPair.Destination destination) {
        OracleVerdict verdict = destination.oracle.orElseThrow().sweep();
        if (!verdict.satisfied()) {
            throw new AssertionError(verdict.toString());
        }
        checkFaults(destination.side);
    }

    private static void checkFaults(SimulatedSide side) {
        for (Vcpu vcpu : side.hosted.vcpus()) {
            vcpu.fault()
                    .ifPresent(fault -> {
                        throw new AssertionError(fault.toString());
                    });
        }
    }

    /** Each step is executed once: what the source has done the destination goes on from. */
    private void checkLedger() {
        for (int i = 0; i < scenario.guest().vcpus(); i++) {
            long done = pair.source.hosted.vcpus().get(i).steps();
            for (StepInterval interval : current.side.hosted.vcpus().get(i).ledger()) {
                if (interval.from() != done) {
                    throw new AssertionError(
                            "vCPU %d went on at step %d, the source had executed %d"
                                    .formatted(i, interval.from(), done));
                }
                done = interval.to();
            }
        }
    }

    private void checkSource() {
        checkFaults(pair.source);
        if (scenario.guest().workload().kind() == WorkloadKind.IDLE) {
            return;
        }
        long before = steps();
        if (!pair.time.runUntil(
                () -> steps() > before, pair.time.nowNanos() + LONGEST_PAUSE_NANOS)) {
            throw new AssertionError("The guest at the source does not execute");
        }
    }

    private long steps() {
        return pair.source.hosted.vcpus().stream().mapToLong(Vcpu::steps).sum();
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
        checkMemory(current);
        checkLedger();
    }

    private void close() {
        pair.close();
        if (current != null) {
            current.side.hosted.close();
        }
    }
}
