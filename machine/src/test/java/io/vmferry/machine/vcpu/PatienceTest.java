package io.vmferry.machine.vcpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.vcpu.Standstill.Patience;
import org.junit.jupiter.api.Test;

class PatienceTest {

    private static final long SHORT = Patience.LOOK_NANOS;
    private static final long LONG = Patience.LOOK_NANOS + 1;

    private final Patience patience = new Patience();

    private void waits(int count, long nanos) {
        for (int i = 0; i < count; i++) {
            patience.waited(nanos);
        }
    }

    @Test
    void aSlowStartIsLookedThrough() {
        waits(Patience.MANY_LONG - 1, LONG);
        assertThat(patience.worthLooking()).isTrue();
    }

    @Test
    void whereWaitsStayLongNobodyLooks() {
        waits(Patience.MANY_LONG, LONG);
        assertThat(patience.worthLooking()).isFalse();
    }

    @Test
    void aLongWaitNowAndThenChangesNothing() {
        for (int i = 0; i < 10 * Patience.MANY_LONG; i++) {
            waits(1, LONG);
            waits(1, SHORT);
        }
        assertThat(patience.worthLooking()).isTrue();
    }

    @Test
    void howeverLongItWasCrowdedAFewShortWaitsEndIt() {
        waits(100 * Patience.MANY_LONG, LONG);
        waits(Patience.MOST_REMEMBERED - Patience.MANY_LONG, SHORT);
        assertThat(patience.worthLooking()).isFalse();
        waits(1, SHORT);
        assertThat(patience.worthLooking()).isTrue();
    }
}
