package io.vmferry.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FigureTest {

    @Test
    void theMedianIsHeldToTheMark() {
        assertThat(figure(1, 3, 9).atLeast(3).met()).contains(true);
        assertThat(figure(1, 3, 9).atLeast(3.1).met()).contains(false);
        assertThat(figure(1, 3, 9).atMost(3).met()).contains(true);
        assertThat(figure(1, 3, 9).atMost(2.9).met()).contains(false);
    }

    @Test
    void aFigureIsALineOfJson() {
        assertThat(figure(250.12345, 100, 310).atMost(300).json())
                .isEqualTo(
                        "{\"name\":\"pause\",\"unit\":\"ms\",\"median\":250.123,\"min\":100.0,\"max\":310.0,"
                                + "\"runs\":3,\"target\":300.0,\"direction\":\"at most\",\"met\":true,\"note\":\"how\"}");
    }

    @Test
    void withoutAMarkThereIsNothingToMeet() {
        assertThat(Figure.of("rate", "MiB/s", Samples.of(1), "how").json())
                .contains("\"target\":null,\"direction\":null,\"met\":null");
    }

    @Test
    void aRunWithoutAnEndIsNoNumberAndMeetsNothing() {
        Figure figure = figure(100, Double.POSITIVE_INFINITY).atMost(300);
        assertThat(figure.json()).contains("\"median\":null", "\"max\":null", "\"met\":false");
        assertThat(figure.summary()).contains("never", "MISSED");
    }

    private static Figure figure(double... samples) {
        return Figure.of("pause", "ms", Samples.of(samples), "how");
    }
}
