package io.vmferry.protocol.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProfileTest {

    @Test
    void theDocumentedNamesExistInOrder() {
        assertThat(List.of(Profile.values()).stream().map(Profile::qmpName))
                .containsExactly(
                        "qemu-7.2", "qemu-8.2", "qemu-9.2", "qemu-10.0", "qemu-10.2", "qemu-11.1");
        assertThat(Profile.DEFAULT.qmpName()).isEqualTo("qemu-10.2");
    }

    @ParameterizedTest
    @EnumSource
    void aNameLeadsBackToItsProfile(Profile profile) {
        assertThat(Profile.parse(profile.qmpName())).contains(profile);
        assertThat(Profile.names()).contains(profile.qmpName());
        assertThat("qemu-" + profile.qemuVersion()).isEqualTo(profile.qmpName() + ".0");
    }

    @Test
    void anUnknownNameIsNoProfile() {
        assertThat(Profile.parse("qemu-6.0")).isEmpty();
        assertThat(Profile.parse("QEMU_7_2")).isEmpty();
    }

    @Test
    void theOldestKnowsNothingOfLaterStatuses() {
        Profile old = Profile.QEMU_7_2;
        assertThat(old.knowsRecoverSetup()).isFalse();
        assertThat(old.alwaysEntersDevice()).isFalse();
        assertThat(old.knowsPostcopyDevice()).isFalse();
        assertThat(old.knowsFailing()).isFalse();
        assertThat(old.sendsSwitchoverStart()).isFalse();
        assertThat(old.switchoverAckMode()).isEqualTo(SwitchoverAckMode.UNKNOWN);
    }

    @Test
    void switchesTurnOnWhereTheyAppeared() {
        assertThat(Profile.QEMU_8_2.switchoverAckMode())
                .isEqualTo(SwitchoverAckMode.SENT_BY_DESTINATION);
        assertThat(Profile.QEMU_8_2.knowsCompressPage()).isTrue();
        assertThat(Profile.QEMU_9_2.knowsCompressPage()).isFalse();
        assertThat(Profile.QEMU_9_2.knowsRecoverSetup()).isTrue();
        assertThat(Profile.QEMU_9_2.sendsSwitchoverStart()).isFalse();
        assertThat(Profile.QEMU_10_0.sendsSwitchoverStart()).isTrue();
        assertThat(Profile.QEMU_10_0.knowsPostcopyDevice()).isFalse();
        assertThat(Profile.QEMU_10_2.knowsPostcopyDevice()).isTrue();
        assertThat(Profile.QEMU_10_2.knowsFailing()).isFalse();
        assertThat(Profile.QEMU_11_1.knowsFailing()).isTrue();
        assertThat(Profile.QEMU_11_1.acceptsEnableColo()).isFalse();
        assertThat(Profile.QEMU_7_2.enableColoNeedsCapability()).isFalse();
        assertThat(Profile.QEMU_8_2.enableColoNeedsCapability()).isTrue();
        assertThat(Profile.QEMU_11_1.switchoverAckMode()).isEqualTo(SwitchoverAckMode.COUNTED);
    }

    @Test
    void figuresAreThoseOfTheVersion() {
        assertThat(Profile.QEMU_7_2.countsWholeChannels()).isFalse();
        assertThat(Profile.QEMU_8_2.countsWholeChannels()).isTrue();
        assertThat(Profile.QEMU_7_2.tellsErrorInEveryStatus()).isFalse();
        assertThat(Profile.QEMU_7_2.showsDowntimeInPostcopy()).isFalse();
        assertThat(Profile.QEMU_8_2.showsDowntimeInPostcopy()).isTrue();
        assertThat(Profile.QEMU_8_2.reportsSkippedPages()).isTrue();
        assertThat(Profile.QEMU_9_2.reportsSkippedPages()).isFalse();
        assertThat(Profile.QEMU_10_2.countsOnlyPasses()).isFalse();
        assertThat(Profile.QEMU_11_1.countsOnlyPasses()).isTrue();
        assertThat(Profile.QEMU_10_2.reportsRemaining()).isFalse();
        assertThat(Profile.QEMU_10_2.foreseesDowntimeAtSync()).isFalse();
        assertThat(Profile.QEMU_11_1.foreseesDowntimeAtSync()).isTrue();
        assertThat(Profile.QEMU_10_2.syncsWhenOnlyPostcopyIsPending()).isFalse();
        assertThat(Profile.QEMU_11_1.syncsWhenOnlyPostcopyIsPending()).isTrue();
        assertThat(Profile.QEMU_7_2.measuresDirtyRateInMillis()).isFalse();
        assertThat(Profile.QEMU_8_2.listsMigrationThreads()).isTrue();
        assertThat(Profile.QEMU_11_1.listsMigrationThreads()).isFalse();
    }
}
