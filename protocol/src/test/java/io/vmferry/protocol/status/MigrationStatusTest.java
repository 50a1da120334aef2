package io.vmferry.protocol.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.protocol.Named;
import io.vmferry.protocol.profile.Profile;
import java.util.Arrays;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class MigrationStatusTest {

    private static String names(Predicate<MigrationStatus> group) {
        return Arrays.stream(MigrationStatus.values())
                .filter(group)
                .map(MigrationStatus::text)
                .collect(Collectors.joining(" "));
    }

    @Test
    void theNamesAreThoseOfTheMonitorInTheOrderOfTheNewestVersion() {
        assertThat(names(status -> true))
                .isEqualTo(
                        "none setup cancelling cancelled active postcopy-device postcopy-active"
                                + " postcopy-paused postcopy-recover-setup postcopy-recover"
                                + " completed failing failed colo pre-switchover device"
                                + " wait-unplug");
    }

    @Test
    void theGroupsHoldTheStatusesTheirNamesPromise() {
        assertThat(names(status -> !status.running())).isEqualTo("none cancelled completed failed");
        assertThat(names(MigrationStatus::terminal)).isEqualTo("cancelled completed failed");
        assertThat(names(MigrationStatus::inPostcopy))
                .isEqualTo(
                        "postcopy-device postcopy-active postcopy-paused postcopy-recover-setup"
                                + " postcopy-recover");
    }

    @Test
    void anOldProfileLacksLaterStatuses() {
        assertThat(names(status -> !status.knownTo(Profile.QEMU_7_2)))
                .isEqualTo("postcopy-device postcopy-recover-setup failing");
        assertThat(names(status -> !status.knownTo(Profile.QEMU_10_2))).isEqualTo("failing");
        assertThat(names(status -> !status.knownTo(Profile.QEMU_11_1))).isEmpty();
    }

    @Test
    void aNameLeadsBackToItsStatus() {
        for (MigrationStatus status : MigrationStatus.values()) {
            assertThat(Named.find(MigrationStatus.class, status.text())).contains(status);
        }
        assertThat(Named.find(MigrationStatus.class, "POSTCOPY_ACTIVE")).isEmpty();
    }
}
