package io.vmferry.source.outgoing.guest;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.vcpu.IdleVcpus;
import io.vmferry.protocol.options.Capabilities;
import io.vmferry.protocol.options.OptionException;
import io.vmferry.protocol.options.Parameter;
import io.vmferry.protocol.options.Parameters;
import io.vmferry.protocol.profile.Profile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AutoConvergeTest {

    private static final long SENT = 1_000_000;

    /** The default trigger is half of what was sent. */
    private static final long HIGH = 500_001;

    private static final long LOW = 500_000;

    private final List<Integer> throttles = new ArrayList<>();
    private final AutoConverge autoConverge = new AutoConverge(new Throttled());

    private static Parameters parameters(Map<Parameter, Object> values) {
        try {
            return Parameters.defaults(Profile.QEMU_10_2)
                    .with(values, values.keySet(), Capabilities.none());
        } catch (OptionException e) {
            throw new AssertionError(e);
        }
    }

    private void periods(Parameters parameters, long... dirtiedBytes) {
        for (long dirtied : dirtiedBytes) {
            autoConverge.evaluate(dirtied, SENT, parameters);
        }
    }

    @Test
    void throttlesInTheSecondHighPeriodWhichNeedNotFollowTheFirst() {
        Parameters defaults = parameters(Map.of());
        periods(defaults, HIGH, LOW, LOW);
        assertThat(throttles).isEmpty();
        assertThat(autoConverge.percentage()).isZero();
        periods(defaults, HIGH);
        assertThat(throttles).containsExactly(20);
        periods(defaults, HIGH);
        assertThat(throttles).containsExactly(20);
        periods(defaults, HIGH, HIGH, LOW, HIGH);
        assertThat(throttles).containsExactly(20, 30, 40);
        assertThat(autoConverge.percentage()).isEqualTo(40);
    }

    @Test
    void stepsUpToTheMaximum() {
        Parameters steep =
                parameters(
                        Map.of(
                                Parameter.CPU_THROTTLE_INITIAL,
                                60L,
                                Parameter.CPU_THROTTLE_INCREMENT,
                                15L,
                                Parameter.MAX_CPU_THROTTLE,
                                80L));
        periods(steep, HIGH, HIGH, HIGH, HIGH, HIGH, HIGH, HIGH, HIGH);
        assertThat(throttles).containsExactly(60, 75, 80, 80);
    }

    @Test
    void theTriggerIsAShareOfWhatWasSent() {
        Parameters early = parameters(Map.of(Parameter.THROTTLE_TRIGGER_THRESHOLD, 10L));
        periods(early, 100_000, 100_000, 100_001, 100_001);
        assertThat(throttles).containsExactly(20);
    }

    /** With 20 % throttled, 80 % run; to dirty as much as the trigger, 80 % x 500/600 may run. */
    @Test
    void tailslowTakesTheSmallerStep() {
        Parameters tailslow =
                parameters(
                        Map.of(
                                Parameter.CPU_THROTTLE_TAILSLOW,
                                true,
                                Parameter.CPU_THROTTLE_INCREMENT,
                                30L));
        periods(tailslow, HIGH, HIGH, 600_000, 600_000);
        assertThat(throttles).containsExactly(20, 33);
        periods(tailslow, 100_000_000, 100_000_000);
        assertThat(throttles).endsWith(63);
        periods(tailslow, HIGH, HIGH);
        assertThat(throttles).as("a step of nothing").endsWith(63);
    }

    @Test
    void stopLetsTheGuestRunFreelyAndStartsOver() {
        autoConverge.stop();
        assertThat(throttles).isEmpty();
        periods(parameters(Map.of()), HIGH, HIGH, HIGH, HIGH);
        autoConverge.stop();
        autoConverge.stop();
        assertThat(throttles).containsExactly(20, 30, 0);
        assertThat(autoConverge.percentage()).isZero();
    }

    private final class Throttled extends IdleVcpus {
        @Override
        public void throttle(int percent) {
            throttles.add(percent);
        }
    }
}
