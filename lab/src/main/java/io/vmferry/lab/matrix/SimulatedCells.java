package io.vmferry.lab.matrix;

import io.vmferry.lab.simulator.BrokenRule;
import io.vmferry.lab.simulator.Fault;
import io.vmferry.lab.simulator.Invariant;
import io.vmferry.lab.simulator.Plans;
import io.vmferry.lab.simulator.Scenario;
import io.vmferry.lab.simulator.SimulatedNetwork;
import io.vmferry.lab.simulator.Simulation;
import io.vmferry.lab.simulator.SimulationResult;
import io.vmferry.lab.simulator.TracedPoint;
import io.vmferry.machine.device.DeviceSpec;
import io.vmferry.machine.guest.GuestSpec;
import io.vmferry.machine.guest.GuestSpec.MachineType;
import io.vmferry.machine.vcpu.WorkloadSpec;
import io.vmferry.protocol.options.Parameter;
import io.vmferry.protocol.status.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** Runs cells in the simulator: a small guest on a network drawn from the seed. */
final class SimulatedCells {

    private static final long POSTCOPY_BANDWIDTH = 1 << 18;
    private static final long POSTCOPY_AFTER_NANOS = TimeUnit.MILLISECONDS.toNanos(150);

    /** The capacity of a stalled channel with its socket, plus the largest write. */
    private static final long MOST_BYTES_UNDER_WAY = 6 << 20;

    /**
     * A plan without an effect, so that a course is learned under the same conditions as its cells.
     */
    private static final String NEVER = "status(none)#1000000:kill";

    private static final String BEGIN = "status(setup)";

    private SimulatedCells() {}

    /** Runs a cell. */
    static CellResult run(Cell cell) {
        try {
            return judge(cell);
        } catch (AssertionError e) {
            return CellResult.broken(cell, String.valueOf(e.getMessage()));
        }
    }

    /**
     * Runs a cell.
     *
     * @throws BrokenRule when it breaks a rule
     */
    static CellResult judge(Cell cell) {
        SimulationResult run =
                Simulation.end(scenario(cell.course(), cell.seed()).withPlans(plans(cell)));
        boolean struck = run.hits() > cell.course().plannedFaults();
        if (!struck) {
            return CellResult.missed(cell);
        }
        Invariant.BOUNDED.require(
                run.peakBytes() <= MOST_BYTES_UNDER_WAY,
                run.peakBytes() + " bytes were under way at once");
        return new CellResult(
                cell,
                true,
                Optional.of(run.outcome()),
                Optional.of(run.last()),
                run.wrongPages(),
                TimeUnit.NANOSECONDS.toMillis(run.restNanos()),
                run.recoveries(),
                run.waited(),
                Optional.empty());
    }

    /** Runs a cell and returns every protocol point with its time, a line each. */
    static List<String> points(Cell cell) {
        Scenario scenario = scenario(cell.course(), cell.seed()).withPlans(plans(cell));
        return Simulation.trace(scenario).stream().map(TracedPoint::toString).toList();
    }

    /**
     * Runs a course without the fault of a cell, and reports every protocol point of its first
     * migration.
     *
     * @param planned the side that gets a plan, as in a cell
     */
    static void visit(Course course, Side planned, long seed, BiConsumer<Side, String> visitor) {
        Plans plans =
                Plans.of(
                        with(course, Side.SOURCE, planned),
                        with(course, Side.DESTINATION, planned));
        int begun = 0;
        for (TracedPoint traced : Simulation.trace(scenario(course, seed).withPlans(plans))) {
            String label = traced.label();
            if (traced.host().equals("source")) {
                if (label.equals(BEGIN) && begun++ > 0) {
                    return;
                }
                visitor.accept(Side.SOURCE, label);
            } else if (traced.host().equals("destination")) {
                // a source that tries again finds another host
                visitor.accept(Side.DESTINATION, label);
            }
        }
    }

    private static List<String> with(Course course, Side side, Side planned) {
        List<String> plan = new ArrayList<>(course.plan(side));
        if (side == planned) {
            plan.add(NEVER);
        }
        return plan;
    }

    private static Plans plans(Cell cell) {
        return Plans.of(cell.plan(Side.SOURCE), cell.plan(Side.DESTINATION));
    }

    private static Scenario scenario(Course course, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return new Scenario(
                seed,
                guest(course, seed),
                course.profile(),
                course.capabilities(),
                Map.of(
                        Parameter.MAX_BANDWIDTH,
                        course.load().bandwidthBytesPerSecond(),
                        Parameter.MAX_POSTCOPY_BANDWIDTH,
                        POSTCOPY_BANDWIDTH,
                        Parameter.DOWNTIME_LIMIT,
                        50L),
                course.returnPathMode(),
                course.postcopy() ? List.of(POSTCOPY_AFTER_NANOS) : List.of(),
                network(random),
                Fault.NONE);
    }

    /** A network between two racks or two towns; with a slower one nothing is left for postcopy. */
    private static SimulatedNetwork.LinkProfile network(SplittableRandom random) {
        long latency = random.nextLong(10_000, 5_000_000);
        long bandwidth = 1L << random.nextInt(23, 31);
        return new SimulatedNetwork.LinkProfile(latency, bandwidth, 1 << random.nextInt(6, 17));
    }

    private static GuestSpec guest(Course course, long seed) {
        return new GuestSpec(
                MachineType.SYNTHETIC,
                course.load().memoryBytes(),
                4096,
                2,
                WorkloadSpec.parse(
                        "uniform,rate=%d,zero=10,compressible=20,boot=%d"
                                .formatted(
                                        course.load().stepsPerSecond(),
                                        course.load().memoryBytes())),
                course.devices().stream().map(DeviceSpec::parse).toList(),
                seed,
                Optional.empty(),
                true,
                course.profile());
    }
}
