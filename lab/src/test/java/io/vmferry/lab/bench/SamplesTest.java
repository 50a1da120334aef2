package io.vmferry.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class SamplesTest {

    @Test
    void theMedianIsTheMiddleOneOfAnOddNumber() {
        Samples samples = Samples.of(9, 1, 3);
        assertThat(samples.median()).isEqualTo(3);
        assertThat(samples.min()).isEqualTo(1);
        assertThat(samples.max()).isEqualTo(9);
    }

    @Test
    void theMedianIsTheMeanOfTheTwoInTheMiddleOfAnEvenNumber() {
        assertThat(Samples.of(10, 1, 4, 2).median()).isEqualTo(3);
    }

    @Test
    void ratiosAreTakenRunByRun() {
        assertThat(Samples.of(6, 10).dividedBy(Samples.of(2, 5)).values())
                .containsExactly(3.0, 2.0);
    }

    @Test
    void runsWithoutACounterpartCannotBeCompared() {
        assertThatThrownBy(() -> Samples.of(1, 2).dividedBy(Samples.of(1)))
                .hasMessageContaining("2 samples")
                .hasMessageContaining("with 1");
    }

    @Test
    void noSamplesAreNoFigure() {
        assertThatThrownBy(() -> new Samples(List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
