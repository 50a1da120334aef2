package io.vmferry.machine.device;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FailoverPrimaryTest {

    private final FailoverPrimary primary =
            (FailoverPrimary)
                    DeviceSpec.parse("failover-primary,id=nic,unplug-time=3").create(1, 0);

    @Test
    void leavesAGuestThatRunsLongEnough() {
        assertThat(primary.plugged()).isTrue();
        primary.guestRan(10_000_000);
        assertThat(primary.plugged()).isTrue();
        primary.requestUnplug();
        primary.guestRan(2_000_000);
        assertThat(primary.unplugPending()).isTrue();
        assertThat(primary.unplugLeftNanos()).isEqualTo(1_000_000);
        primary.requestUnplug();
        primary.guestRan(1_000_000);
        assertThat(primary.unplugPending()).isFalse();
        assertThat(primary.plugged()).isFalse();
        assertThat(primary.unplugLeftNanos()).isZero();
    }

    @Test
    void comesBackAndCanBeAskedForAgain() {
        primary.requestUnplug();
        primary.guestRan(2_000_000);
        primary.plug();
        assertThat(primary.plugged()).isTrue();
        primary.requestUnplug();
        assertThat(primary.unplugLeftNanos()).isEqualTo(3_000_000);
    }

    @Test
    void isNotAskedForWhereTheGuestDoesNotHaveIt() {
        primary.hide();
        primary.requestUnplug();
        assertThat(primary.unplugPending()).isFalse();
        assertThat(primary.plugged()).isFalse();
    }

    @Test
    void leavesAtOnceWithoutAnUnplugTime() {
        FailoverPrimary quick =
                (FailoverPrimary) DeviceSpec.parse("failover-primary,id=nic").create(1, 0);
        quick.requestUnplug();
        assertThat(quick.unplugPending()).isFalse();
        assertThat(quick.plugged()).isFalse();
    }
}
