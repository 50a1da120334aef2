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
            OwnershipStage stage, AllowedOutcomes.Way way, Fault.Damage damage) {
        return AllowedOutcomes.of(way, damage, stage, stage);
    }

    @ParameterizedTest
    @EnumSource(AllowedOutcomes.Way.class)
    void aBreakAtAnyStageIsCovered(AllowedOutcomes.Way way) {
        for (OwnershipStage stage : OwnershipStage.values()) {
            if (way == AllowedOutcomes.Way.SILENT && stage == OwnershipStage.GRAY) {
                continue; // where nothing is told there is no time between having and knowing
            }
            boolean grayWithoutPong =
                    stage == OwnershipStage.GRAY && way.name().startsWith("ASSUMED");
            if (!grayWithoutPong) {
                assertThat(at(stage, way, Fault.Damage.CHANNEL_LOST)).as("%s", stage).isNotEmpty();
                assertThat(at(stage, way, Fault.Damage.SOURCE_DIES)).as("%s", stage).isNotEmpty();
                assertThat(at(stage, way, Fault.Damage.DESTINATION_DIES))
                        .as("%s", stage)
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
    void aBugAtAnyStageLosesNoGuest(AllowedOutcomes.Way way) {
        for (OwnershipStage stage : OwnershipStage.values()) {
            for (Fault.Damage bug :
                    EnumSet.of(Fault.Damage.SOURCE_BUG, Fault.Damage.DESTINATION_BUG)) {
                assertThat(at(stage, way, bug)).as("%s at %s", bug, stage).contains(Outcome.MOVED);
                if (way != AllowedOutcomes.Way.SILENT) {
                    assertThat(at(stage, way, bug))
                            .as("%s at %s", bug, stage)
                            .doesNotContain(Outcome.LOST, Outcome.DAMAGED);
                }
            }
            assertThat(at(stage, way, Fault.Damage.SOURCE_BUG)).doesNotContain(Outcome.LOST);
        }
    }

    @Test
    void beforeTheGuestIsHandedOverNoBreakTakesItFromTheSource() {
        for (OwnershipStage stage :
                EnumSet.of(
                        OwnershipStage.PRECOPY,
                        OwnershipStage.STREAM_SENT,
                        OwnershipStage.PACKAGE_SENT)) {
            assertThat(at(stage, TOLD, Fault.Damage.DESTINATION_DIES))
                    .containsExactly(Outcome.SAFE_AT_SOURCE);
            assertThat(at(stage, TOLD, Fault.Damage.DEVICE_REFUSES))
                    .containsExactly(Outcome.SAFE_AT_SOURCE);
            assertThat(at(stage, TOLD, Fault.Damage.CHANNEL_LOST))
                    .contains(Outcome.SAFE_AT_SOURCE)
                    .doesNotContain(Outcome.LOST, Outcome.STRANDED);
        }
    }

    @Test
    void afterItWasHandedOverTheSourceNeverRunsIt() {
        for (OwnershipStage stage : EnumSet.range(OwnershipStage.GRAY, OwnershipStage.OVER)) {
            for (Fault.Damage damage : Fault.Damage.values()) {
                assertThat(at(stage, TOLD, damage)).doesNotContain(Outcome.SAFE_AT_SOURCE);
            }
        }
    }

    @Test
    void onlyOldVersionsStrandAGuest() {
        for (Fault.Damage damage : Fault.Damage.values()) {
            assertThat(
                            AllowedOutcomes.of(
                                    TOLD, damage, OwnershipStage.PRECOPY, OwnershipStage.OVER))
                    .doesNotContain(Outcome.STRANDED);
        }
        assertThat(at(OwnershipStage.PACKAGE_SENT, ASSUMED, Fault.Damage.DESTINATION_DIES))
                .containsExactly(Outcome.STRANDED);
    }

    @Test
    void aFaultThatIsNoticedLaterMayEndAsIfItHappenedThen() {
        assertThat(
                        AllowedOutcomes.of(
                                ASSUMED,
                                Fault.Damage.DESTINATION_DIES,
                                OwnershipStage.PRECOPY,
                                OwnershipStage.PACKAGE_SENT))
                .containsExactlyInAnyOrder(Outcome.SAFE_AT_SOURCE, Outcome.STRANDED);
        // a migration that sent a package has never been at the end of a precopy
        assertThat(
                        AllowedOutcomes.of(
                                TOLD,
                                Fault.Damage.SOURCE_DIES,
                                OwnershipStage.PRECOPY,
                                OwnershipStage.PACKAGE_SENT))
                .containsExactly(Outcome.LOST);
    }
}
