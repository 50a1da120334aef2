package io.vmferry.lab.simulator;

import io.vmferry.machine.guest.GuestSpec;
import io.vmferry.machine.vcpu.WorkloadSpec;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.options.Parameter;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/** Scenarios of postcopy that are interrupted and recovered, and their interruptions. */
final class RecoveryScenarios {

    private static final int MAX_INTERRUPTIONS = 10;

    /** The number of protocol points of a recovery handshake. */
    private static final int POINTS = 16;

    /** Precopy does not get far. */
    private static final long PRECOPY_BYTES_PER_SECOND = 1 << 18;

    /** Slow enough that pages are left after ten interruptions. */
    private static final int LOG_SLOWEST_BYTES_PER_SECOND = 15;

    private static final int LOG_FASTEST_BYTES_PER_SECOND = 19;

    private RecoveryScenarios() {}

    /** A postcopy of the seed's guest that is slow, and in which nothing else goes wrong. */
    static Scenario random(long seed) {
        Scenario drawn = Scenario.randomPostcopy(seed);
        SplittableRandom random = new SplittableRandom(~seed);
        Set<Capability> on = EnumSet.copyOf(drawn.capabilities());
        if (on.add(Capability.POSTCOPY_RAM)) {
            // which it may exclude
            on.remove(Capability.MULTIFD);
        }
        on.remove(Capability.PAUSE_BEFORE_SWITCHOVER);
        on.remove(Capability.RELEASE_RAM);
        on.remove(Capability.DIRTY_BITMAPS);
        Map<Parameter, Object> parameters = new HashMap<>(drawn.parameters());
        parameters.put(Parameter.MAX_BANDWIDTH, PRECOPY_BYTES_PER_SECOND);
        parameters.put(
                Parameter.MAX_POSTCOPY_BANDWIDTH,
                1L << random.nextInt(LOG_SLOWEST_BYTES_PER_SECOND, LOG_FASTEST_BYTES_PER_SECOND));
        return new Scenario(
                seed,
                written(drawn.guest(), random),
                drawn.destinationProfile(),
                on,
                parameters,
                drawn.returnPathMode(),
                List.of(0L),
                drawn.network(),
                Fault.NONE);
    }

    /** The guest with non-zero memory: zero pages would all arrive at once. */
    private static GuestSpec written(GuestSpec drawn, SplittableRandom random) {
        String workload =
                "%s,rate=%d,zero=%d,boot=%d"
                        .formatted(
                                drawn.workload().kind().text(),
                                1 << random.nextInt(4, 11),
                                random.nextInt(30),
                                drawn.memoryBytes());
        return drawn.withWorkload(WorkloadSpec.parse(workload));
    }

    /** Draws one to ten interruptions. */
    static List<Interruption> interruptions(long seed) {
        SplittableRandom random = new SplittableRandom(seed ^ 0x4ec0);
        int count = 1 + random.nextInt(MAX_INTERRUPTIONS);
        List<Interruption> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            boolean handshake = i > 0 && random.nextInt(4) != 0;
            all.add(
                    handshake
                            ? Interruption.amongPoints(random, POINTS)
                            : Interruption.amongPages(random));
        }
        return all;
    }
}
