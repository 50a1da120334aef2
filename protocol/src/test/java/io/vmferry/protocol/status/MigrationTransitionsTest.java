package io.vmferry.protocol.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Checks every pair of statuses against a second table, written independently. */
class MigrationTransitionsTest {

    /**
     * Rows {@code from: to to to} of the source in 10.2. One pair is not QEMU's: a source that has
     * paused because its lease could not be taken back fails once the lease says that the guest is
     * its own.
     */
    private static final String SOURCE_10_2 =
            """
            none: setup
            completed: none failed
            failed: none
            cancelled: none
            setup: active wait-unplug failed cancelling
            wait-unplug: active cancelling
            active: pre-switchover device completed failed cancelling
            pre-switchover: device failed cancelling
            device: completed colo postcopy-device postcopy-active failed cancelling
            postcopy-device: postcopy-active failed
            postcopy-active: postcopy-paused completed failed
            postcopy-paused: postcopy-recover-setup failed
            postcopy-recover-setup: postcopy-paused postcopy-recover
            postcopy-recover: postcopy-active postcopy-paused
            colo: completed cancelling
            cancelling: cancelled
            """;

    private static final String SOURCE_10_0 =
            SOURCE_10_2
                    .replace("completed: none failed\n", "completed: none\n")
                    .replace("postcopy-device: postcopy-active failed\n", "")
                    .replace("postcopy-recover-setup failed\n", "postcopy-recover-setup\n")
                    .replace(" postcopy-device", "");

    /** Before 10.0 only a paused switchover has the status {@code device}. */
    private static final String SOURCE_9_2 =
            SOURCE_10_0
                    .replace(
                            "active: pre-switchover device completed failed",
                            "active: pre-switchover completed colo postcopy-active failed")
                    .replace(
                            "pre-switchover: device failed",
                            "pre-switchover: device postcopy-active failed")
                    .replace(
                            "device: completed colo postcopy-active failed",
                            "device: completed failed")
                    .replaceAll("(?m)^(postcopy-.*)$", "$1 cancelling");

    private static final String SOURCE_8_2 =
            SOURCE_9_2
                    .replace("paused: postcopy-recover-setup", "paused: postcopy-recover")
                    .replace(
                            "postcopy-recover-setup: postcopy-paused postcopy-recover cancelling\n",
                            "");

    private static final String SOURCE_11_1 =
            SOURCE_10_2
                            .replace(" failed", " failing")
                            .replace("completed: none failing", "completed: none failed")
                    + "failing: failed\n";

    private static final String DESTINATION_10_2 =
            """
            none: setup
            setup: active
            active: completed failed postcopy-device postcopy-active colo
            postcopy-device: postcopy-active failed
            postcopy-active: completed postcopy-paused failed
            postcopy-paused: postcopy-recover
            postcopy-recover: postcopy-active postcopy-paused
            colo: completed
            """;

    private static final String DESTINATION_11_1 =
            DESTINATION_10_2
                    .replace("setup: active\n", "setup: active failed\n")
                    .replace(
                            "postcopy-paused: postcopy-recover",
                            "postcopy-paused: postcopy-recover failed");

    private static final String DESTINATION_10_0 =
            DESTINATION_10_2
                    .replace("postcopy-device: postcopy-active failed\n", "")
                    .replace(" postcopy-device", "");

    private static final String DESTINATION_7_2 =
            DESTINATION_10_0.replace("none: setup\nsetup: active\n", "none: active\n");

    private static final Map<Profile, String> SOURCE =
            Map.of(
                    Profile.QEMU_7_2, SOURCE_8_2,
                    Profile.QEMU_8_2, SOURCE_8_2,
                    Profile.QEMU_9_2, SOURCE_9_2,
                    Profile.QEMU_10_0, SOURCE_10_0,
                    Profile.QEMU_10_2, SOURCE_10_2,
                    Profile.QEMU_11_1, SOURCE_11_1);

    private static final Map<Profile, String> DESTINATION =
            Map.of(
                    Profile.QEMU_7_2, DESTINATION_7_2,
                    Profile.QEMU_8_2, DESTINATION_10_0,
                    Profile.QEMU_9_2, DESTINATION_10_0,
                    Profile.QEMU_10_0, DESTINATION_10_0,
                    Profile.QEMU_10_2, DESTINATION_10_2,
                    Profile.QEMU_11_1, DESTINATION_11_1);

    static Set<String> edges(String table) {
        Set<String> edges = new TreeSet<>();
        for (String line : table.lines().toList()) {
            String from = line.substring(0, line.indexOf(':'));
            for (String to : line.substring(line.indexOf(':') + 2).split(" ")) {
                assertThat(edges.add(from + " " + to)).as("%s to %s twice", from, to).isTrue();
            }
        }
        return edges;
    }

    private static Set<String> allowedPairs(TransitionTable<MigrationStatus> transitions) {
        Set<String> pairs = new TreeSet<>();
        for (MigrationStatus from : MigrationStatus.values()) {
            for (MigrationStatus to : MigrationStatus.values()) {
                if (transitions.allows(from, to)) {
                    pairs.add(from.text() + " " + to.text());
                }
                assertThat(transitions.successors(from).contains(to))
                        .isEqualTo(transitions.allows(from, to));
            }
        }
        return pairs;
    }

    @ParameterizedTest
    @EnumSource
    void theSourceAllowsExactlyTheReferencePairs(Profile profile) {
        assertThat(allowedPairs(MigrationTransitions.of(Side.SOURCE, profile)))
                .isEqualTo(edges(Objects.requireNonNull(SOURCE.get(profile))));
    }

    @ParameterizedTest
    @EnumSource
    void theDestinationAllowsExactlyTheReferencePairs(Profile profile) {
        assertThat(allowedPairs(MigrationTransitions.of(Side.DESTINATION, profile)))
                .isEqualTo(edges(Objects.requireNonNull(DESTINATION.get(profile))));
    }

    /** A row that is missing would make the command do nothing. */
    @ParameterizedTest
    @EnumSource
    void whatRunsBeforeTheHandoverCanBeCancelled(Profile profile) {
        TransitionTable<MigrationStatus> source = MigrationTransitions.of(Side.SOURCE, profile);
        for (MigrationStatus status : MigrationStatus.values()) {
            if (status.knownTo(profile)
                    && status.running()
                    && !status.inPostcopy()
                    && status != MigrationStatus.CANCELLING
                    && status != MigrationStatus.FAILING) {
                assertThat(source.allows(status, MigrationStatus.CANCELLING))
                        .as(status.text())
                        .isTrue();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyStatusTheSourceKnowsIsReachable(Profile profile) {
        Set<MigrationStatus> known =
                Arrays.stream(MigrationStatus.values())
                        .filter(status -> status.knownTo(profile))
                        .collect(Collectors.toSet());
        assertThat(reachable(Side.SOURCE, profile)).isEqualTo(known);
    }

    @ParameterizedTest
    @EnumSource
    void theDestinationNeverEntersAStatusOfTheSource(Profile profile) {
        Set<MigrationStatus> entered = reachable(Side.DESTINATION, profile);
        assertThat(entered)
                .doesNotContain(
                        MigrationStatus.CANCELLING,
                        MigrationStatus.CANCELLED,
                        MigrationStatus.PRE_SWITCHOVER,
                        MigrationStatus.DEVICE,
                        MigrationStatus.WAIT_UNPLUG,
                        MigrationStatus.POSTCOPY_RECOVER_SETUP,
                        MigrationStatus.FAILING)
                .allMatch(status -> status.knownTo(profile));
        assertThat(EnumSet.allOf(MigrationStatus.class)).hasSize(17);
    }

    @ParameterizedTest
    @EnumSource
    void aFinishedMigrationIsLeftOnlyByTheNextOne(Profile profile) {
        for (MigrationStatus status : MigrationStatus.values()) {
            if (!status.terminal()) {
                continue;
            }
            Set<MigrationStatus> next =
                    EnumSet.copyOf(
                            MigrationTransitions.of(Side.SOURCE, profile).successors(status));
            if (status == MigrationStatus.COMPLETED) {
                // a cpr-exec migration executes the new QEMU after it has completed
                assertThat(next.remove(MigrationStatus.FAILED))
                        .isEqualTo(profile.has(Trait.CPR_EXEC));
            }
            assertThat(next).containsExactly(MigrationStatus.NONE);
            assertThat(MigrationTransitions.of(Side.DESTINATION, profile).successors(status))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyRunningStatusHasAWayToAnEnd(Profile profile) {
        for (Side side : Side.values()) {
            TransitionTable<MigrationStatus> table = MigrationTransitions.of(side, profile);
            for (MigrationStatus status : reachable(side, profile)) {
                assertThat(Reachable.from(table, status))
                        .as("%s on the %s of %s", status, side, profile)
                        .anyMatch(MigrationStatus::terminal);
            }
        }
    }

    @Test
    void everyRowSaysItsTrigger() {
        for (Profile profile : Profile.values()) {
            for (Side side : Side.values()) {
                assertThat(MigrationTransitions.of(side, profile).rows())
                        .allMatch(row -> row.trigger().length() > 4);
            }
        }
    }

    private static Set<MigrationStatus> reachable(Side side, Profile profile) {
        return Reachable.from(MigrationTransitions.of(side, profile), MigrationStatus.NONE);
    }
}
