package io.vmferry.protocol.profile;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.protocol.Named;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProfileTest {

    @Test
    void theDocumentedNamesExistInOrder() {
        assertThat(List.of(Profile.values()).stream().map(Profile::text))
                .containsExactly(
                        "qemu-7.2", "qemu-8.2", "qemu-9.2", "qemu-10.0", "qemu-10.2", "qemu-11.1");
        assertThat(Profile.DEFAULT.text()).isEqualTo("qemu-10.2");
    }

    @ParameterizedTest
    @EnumSource
    void aNameLeadsBackToItsProfile(Profile profile) {
        assertThat(Named.find(Profile.class, profile.text())).contains(profile);
        assertThat(Named.texts(Profile.class)).contains(profile.text());
        assertThat("qemu-" + profile.qemuVersion()).isEqualTo(profile.text() + ".0");
    }

    @Test
    void anUnknownNameIsNoProfile() {
        assertThat(Named.find(Profile.class, "qemu-6.0")).isEmpty();
        assertThat(Named.find(Profile.class, "QEMU_7_2")).isEmpty();
    }

    @Test
    void theOldestKnowsNothingOfLaterStatuses() {
        Profile old = Profile.QEMU_7_2;
        assertThat(old.has(Trait.RECOVER_SETUP)).isFalse();
        assertThat(old.has(Trait.DEVICE_ALWAYS_ENTERED)).isFalse();
        assertThat(old.has(Trait.POSTCOPY_DEVICE)).isFalse();
        assertThat(old.has(Trait.FAILING)).isFalse();
        assertThat(old.has(Trait.SWITCHOVER_START)).isFalse();
        assertThat(old.has(Trait.SWITCHOVER_ACK)).isFalse();
    }

    @Test
    void switchesTurnOnWhereTheyAppeared() {
        assertThat(Profile.QEMU_8_2.has(Trait.SWITCHOVER_ACK)).isTrue();
        assertThat(Profile.QEMU_10_2.has(Trait.SWITCHOVER_ACK_COUNTED)).isFalse();
        assertThat(Profile.QEMU_8_2.has(Trait.COMPRESS_PAGE)).isTrue();
        assertThat(Profile.QEMU_9_2.has(Trait.COMPRESS_PAGE)).isFalse();
        assertThat(Profile.QEMU_9_2.has(Trait.RECOVER_SETUP)).isTrue();
        assertThat(Profile.QEMU_9_2.has(Trait.SWITCHOVER_START)).isFalse();
        assertThat(Profile.QEMU_10_0.has(Trait.SWITCHOVER_START)).isTrue();
        assertThat(Profile.QEMU_10_0.has(Trait.POSTCOPY_DEVICE)).isFalse();
        assertThat(Profile.QEMU_10_2.has(Trait.POSTCOPY_DEVICE)).isTrue();
        assertThat(Profile.QEMU_10_2.has(Trait.FAILING)).isFalse();
        assertThat(Profile.QEMU_11_1.has(Trait.FAILING)).isTrue();
        assertThat(Profile.QEMU_11_1.has(Trait.ENABLE_COLO)).isFalse();
        assertThat(Profile.QEMU_7_2.has(Trait.ENABLE_COLO_NEEDS_CAPABILITY)).isFalse();
        assertThat(Profile.QEMU_8_2.has(Trait.ENABLE_COLO_NEEDS_CAPABILITY)).isTrue();
        assertThat(Profile.QEMU_11_1.has(Trait.SWITCHOVER_ACK_COUNTED)).isTrue();
    }

    @Test
    void figuresAreThoseOfTheVersion() {
        assertThat(Profile.QEMU_7_2.has(Trait.WHOLE_CHANNELS_COUNTED)).isFalse();
        assertThat(Profile.QEMU_8_2.has(Trait.WHOLE_CHANNELS_COUNTED)).isTrue();
        assertThat(Profile.QEMU_7_2.has(Trait.ERROR_IN_EVERY_STATUS)).isFalse();
        assertThat(Profile.QEMU_7_2.has(Trait.DOWNTIME_IN_POSTCOPY)).isFalse();
        assertThat(Profile.QEMU_8_2.has(Trait.DOWNTIME_IN_POSTCOPY)).isTrue();
        assertThat(Profile.QEMU_8_2.has(Trait.SKIPPED_PAGES)).isTrue();
        assertThat(Profile.QEMU_9_2.has(Trait.SKIPPED_PAGES)).isFalse();
        assertThat(Profile.QEMU_10_2.has(Trait.ONLY_PASSES_COUNTED)).isFalse();
        assertThat(Profile.QEMU_11_1.has(Trait.ONLY_PASSES_COUNTED)).isTrue();
        assertThat(Profile.QEMU_10_2.has(Trait.REMAINING_BYTES)).isFalse();
        assertThat(Profile.QEMU_10_2.has(Trait.DOWNTIME_EXPECTED_AT_SYNC)).isFalse();
        assertThat(Profile.QEMU_11_1.has(Trait.DOWNTIME_EXPECTED_AT_SYNC)).isTrue();
        assertThat(Profile.QEMU_10_2.has(Trait.SYNC_WHEN_ONLY_POSTCOPY_PENDING)).isFalse();
        assertThat(Profile.QEMU_11_1.has(Trait.SYNC_WHEN_ONLY_POSTCOPY_PENDING)).isTrue();
        assertThat(Profile.QEMU_7_2.has(Trait.DIRTY_RATE_MILLIS)).isFalse();
        assertThat(Profile.QEMU_8_2.has(Trait.MIGRATION_THREADS)).isTrue();
        assertThat(Profile.QEMU_11_1.has(Trait.MIGRATION_THREADS)).isFalse();
    }
}
