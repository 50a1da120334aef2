package io.vmferry.lab.simulator;

import static io.vmferry.lab.simulator.AllowedOutcomes.Way.ASSUMED;
import static io.vmferry.lab.simulator.AllowedOutcomes.Way.TOLD;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The rule of who owns a guest is complete, and says what it is meant to say. */
class AllowedOutcomesTest {

    private static Set<Outcome> at(
            Milestone milestone, AllowedOutcomes.Way way, Fault.Damage damage) {
        return AllowedOutcomes.of(way, damage, milestone, milestone);
    }

    @ParameterizedTest
    @EnumSource(AllowedOutcomes.Way.class)
    void aBreakAtAnyMilestoneIsCovered(AllowedOutcomes.Way way) {
        for (Milestone milestone : Milestone.values()) {
            if (way == AllowedOutcomes.Way.SILENT && milestone == Milestone.GRAY) {
                continue; // where nothing is told there is no time between having and knowing
            }
            boolean grayWithoutPong =
                    milestone == Milestone.GRAY && way.name().startsWith("ASSUMED");
            if (!grayWithoutPong) {
                assertThat(at(milestone, way, Fault.Damage.CHANNEL_LOST))
                        .as("%s", milestone)
                        .isNotEmpty();
                assertThat(at(milestone, way, Fault.Damage.SOURCE_DIES))
                        .as("%s", milestone)
                        .isNotEmpty();
                assertThat(at(milestone, way, Fault.Damage.DESTINATION_DIES))
                        .as("%s", milestone)
                        .isNotEmpty();
            }
        }
    }

    /**
     * Both processes are alive, so one of them owns the guest: it is lost only without a return
     * path.
     */
    @ParameterizedTest
    @EnumSource(AllowedOutcomes.Way.class)
    void aBugAtAnyMilestoneLosesNoGuest(AllowedOutcomes.Way way) {
        for (Milestone milestone : Milestone.values()) {
            for (Fault.Damage bug :
                    EnumSet.of(Fault.Damage.SOURCE_BUG, Fault.Damage.DESTINATION_BUG)) {
                assertThat(at(milestone, way, bug))
                        .as("%s at %s", bug, milestone)
                        .contains(Outcome.MOVED);
                if (way != AllowedOutcomes.Way.SILENT) {
                    assertThat(at(milestone, way, bug))
                            .as("%s at %s", bug, milestone)
                            .doesNotContain(Outcome.LOST, Outcome.DAMAGED);
                }
            }
            assertThat(at(milestone, way, Fault.Damage.SOURCE_BUG)).doesNotContain(Outcome.LOST);
        }
    }

    @Test
    void beforeTheGuestIsHandedOverNoBreakTakesItFromTheSource() {
        for (Milestone milestone :
                EnumSet.of(Milestone.PRECOPY, Milestone.STREAM_SENT, Milestone.PACKAGE_SENT)) {
            assertThat(at(milestone, TOLD, Fault.Damage.DESTINATION_DIES))
                    .containsExactly(Outcome.SAFE_AT_SOURCE);
            assertThat(at(milestone, TOLD, Fault.Damage.DEVICE_REFUSES))
                    .containsExactly(Outcome.SAFE_AT_SOURCE);
            assertThat(at(milestone, TOLD, Fault.Damage.CHANNEL_LOST))
                    .contains(Outcome.SAFE_AT_SOURCE)
                    .doesNotContain(Outcome.LOST, Outcome.STRANDED);
        }
    }

    @Test
    void afterItWasHandedOverTheSourceNeverRunsIt() {
        for (Milestone milestone : EnumSet.range(Milestone.GRAY, Milestone.OVER)) {
            for (Fault.Damage damage : Fault.Damage.values()) {
                assertThat(at(milestone, TOLD, damage)).doesNotContain(Outcome.SAFE_AT_SOURCE);
            }
        }
    }

    @Test
    void onlyOldVersionsStrandAGuest() {
        for (Fault.Damage damage : Fault.Damage.values()) {
            assertThat(AllowedOutcomes.of(TOLD, damage, Milestone.PRECOPY, Milestone.OVER))
                    .doesNotContain(Outcome.STRANDED);
        }
        assertThat(at(Milestone.PACKAGE_SENT, ASSUMED, Fault.Damage.DESTINATION_DIES))
                .containsExactly(Outcome.STRANDED);
    }

    @Test
    void aFaultThatIsNoticedLaterMayEndAsIfItHappenedThen() {
        assertThat(
                        AllowedOutcomes.of(
                                ASSUMED,
                                Fault.Damage.DESTINATION_DIES,
                                Milestone.PRECOPY,
                                Milestone.PACKAGE_SENT))
                .containsExactlyInAnyOrder(Outcome.SAFE_AT_SOURCE, Outcome.STRANDED);
        // a migration that sent a package has never been at the end of a precopy
        assertThat(
                        AllowedOutcomes.of(
                                TOLD,
                                Fault.Damage.SOURCE_DIES,
                                Milestone.PRECOPY,
                                Milestone.PACKAGE_SENT))
                .containsExactly(Outcome.LOST);
    }
}
