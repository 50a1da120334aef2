package io.vmferry.machine.vcpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.vmferry.machine.vcpu.Pacing.CpuThrottle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PacingTest {
    private static final long SECOND = 1_000_000_000;

    @Test
    void sharesTheRateBetweenTheVcpus() {
        Pacing pacing = new Pacing(WorkloadSpec.parse("uniform,rate=1000"), 4);
        assertThat(pacing.stepsDue(SECOND)).isEqualTo(250);
        assertThat(pacing.stepsDue(SECOND / 1000)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"uniform,rate=777", "burst,rate=1000,burst=64", "sequential,rate=1"})
    void saysWhenTheNextStepIsDue(String workload) {
        Pacing pacing = new Pacing(WorkloadSpec.parse(workload), 1);
        for (long steps = 0; steps < 500; steps++) {
            long at = pacing.nanosUntilMoreThan(steps);
            assertThat(pacing.stepsDue(at + 1)).isGreaterThan(steps);
            assertThat(pacing.stepsDue(at - 1000)).isLessThanOrEqualTo(steps);
        }
    }

    @Test
    void aBurstComesWhole() {
        Pacing pacing = new Pacing(WorkloadSpec.parse("burst,rate=1000,burst=64"), 1);
        for (long millis = 0; millis < 1000; millis += 7) {
            assertThat(pacing.stepsDue(millis * 1_000_000) % 64).isZero();
        }
    }

    @Test
    void noLimitIsAlwaysDue() {
        Pacing pacing = new Pacing(WorkloadSpec.parse("uniform,rate=max"), 3);
        assertThat(pacing.stepsDue(0)).isEqualTo(Long.MAX_VALUE);
        assertThat(pacing.nanosUntilMoreThan(1_000_000)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"0,0", "20,2500000", "50,10000000", "75,30000000", "99,990000000"})
    void throttledVcpusSleepTheirShare(int percent, long sleepNanos) {
        CpuThrottle throttle = new CpuThrottle(percent);
        assertThat(throttle.sleepNanos()).isEqualTo(sleepNanos);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 100})
    void refusesAThrottleOutOfRange(int percent) {
        assertThatIllegalArgumentException().isThrownBy(() -> new CpuThrottle(percent));
    }
}
