package io.vmferry.lab.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Faults of every kind at every protocol point of postcopy. {@code -Dsimulation.pool=N} learns the
 * points of N scenarios, {@code -Dsimulation.hits=N} injects each kind of fault N times at each
 * point, {@code -Dsimulation.first=SEED} takes other scenarios.
 */
class FaultSweepTest {

    private static final long FIRST = Long.getLong("simulation.first", 0);
    private static final int POOL = Integer.getInteger("simulation.pool", 120);
    private static final int HITS = Integer.getInteger("simulation.hits", 1);

    /** Hits for a milestone that the sweep has missed. */
    private static final int MOST_MORE = 2000;

    /** The points that decide the owner of the guest: a sweep without them would prove nothing. */
    private static final List<FaultSweep.Place> DECISIVE =
            List.of(
                    source("guest-stopped"),
                    source("status(device)"),
                    source("discards-sent"),
                    source("package-sent"),
                    source("status(postcopy-device)"),
                    source("pong(0x42)"),
                    source("package-loaded"),
                    source("status(postcopy-active)"),
                    source("page-requested"),
                    source("requested-page-sent"),
                    source("postcopy-ram-sent"),
                    source("eof-sent"),
                    source("shut(0)"),
                    destination("package-received"),
                    destination("listening"),
                    destination("device-load-started(virtio-net)"),
                    destination("device-loaded(virtio-blk)"),
                    destination("pong-sent(0x42)"),
                    destination("command-received(POSTCOPY_RUN)"),
                    destination("guest-started"),
                    destination("req-pages-sent"),
                    destination("requested-page-placed"),
                    destination("preempt-channel"),
                    destination("eof-received"),
                    destination("shut-sent(0)"));

    private static FaultSweep.Place source(String label) {
        return new FaultSweep.Place("source", label);
    }

    private static FaultSweep.Place destination(String label) {
        return new FaultSweep.Place("destination", label);
    }

    @Test
    void afterAnyFaultAtAnyPointTheGuestHasOneOwnerAndAllItsMemory() {
        FaultSweep sweep = new FaultSweep(FIRST, POOL);
        FaultSweep.Tally tally = sweep.strike(HITS, FIRST);
        FaultSweep.Tally refused = sweep.refuse();
        System.out.println("Faults at every point: " + tally + ", refused: " + refused);

        assertThat(sweep.places()).containsAll(DECISIVE);
        assertThat(tally.places()).isEqualTo(sweep.places());
        assertEveryDamageWasDoneAtEveryMilestone(sweep, tally);
        assertThat(refused.outcomes(Milestone.PACKAGE_SENT, Fault.Damage.DEVICE_REFUSES))
                .containsExactlyInAnyOrder(Outcome.SAFE_AT_SOURCE, Outcome.STRANDED);
    }

    private static void assertEveryDamageWasDoneAtEveryMilestone(
            FaultSweep sweep, FaultSweep.Tally tally) {
        Set<Fault.Damage> deadly =
                Set.of(
                        Fault.Damage.CHANNEL_LOST,
                        Fault.Damage.SOURCE_DIES,
                        Fault.Damage.DESTINATION_DIES,
                        Fault.Damage.SOURCE_BUG,
                        Fault.Damage.DESTINATION_BUG);
        for (Milestone milestone : Milestone.values()) {
            for (Fault.Damage damage : deadly) {
                if (milestone != Milestone.OVER) {
                    sweep.cover(milestone, damage, MOST_MORE, tally);
                    assertThat(tally.outcomes(milestone, damage))
                            .as("%s at %s", damage, milestone)
                            .isNotEmpty();
                }
            }
        }
        // the same break means the one thing before the package and the other after it
        assertThat(tally.outcomes(Milestone.GRAY, Fault.Damage.CHANNEL_LOST))
                .contains(Outcome.PAUSED)
                .doesNotContain(Outcome.SAFE_AT_SOURCE, Outcome.LOST);
        assertThat(tally.outcomes(Milestone.HANDED_OVER, Fault.Damage.CHANNEL_LOST))
                .contains(Outcome.PAUSED)
                .doesNotContain(Outcome.SAFE_AT_SOURCE, Outcome.LOST);
        assertThat(tally.outcomes(Milestone.PACKAGE_SENT, Fault.Damage.DESTINATION_DIES))
                .contains(Outcome.SAFE_AT_SOURCE);
        // a bug costs a guest nothing that a broken channel would not
        for (Fault.Damage bug : List.of(Fault.Damage.SOURCE_BUG, Fault.Damage.DESTINATION_BUG)) {
            assertThat(tally.outcomes(Milestone.PRECOPY, bug)).contains(Outcome.SAFE_AT_SOURCE);
            assertThat(tally.outcomes(Milestone.HANDED_OVER, bug)).contains(Outcome.PAUSED);
        }
    }
}
