package io.vmferry.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FigureTest {

    @Test
    void theMedianIsHeldToTheMark() {
        assertThat(marked(Figure.FigureLimit.atLeast(3), 1, 3, 9).met()).contains(true);
        assertThat(marked(Figure.FigureLimit.atLeast(3.1), 1, 3, 9).met()).contains(false);
        assertThat(marked(Figure.FigureLimit.atMost(3), 1, 3, 9).met()).contains(true);
        assertThat(marked(Figure.FigureLimit.atMost(2.9), 1, 3, 9).met()).contains(false);
    }

    @Test
    void aFigureIsALineOfJson() {
        assertThat(marked(Figure.FigureLimit.atMost(300), 250.12345, 100, 310).json())
                .isEqualTo(
                        "{\"name\":\"pause\",\"unit\":\"ms\",\"median\":250.123,\"min\":100.0,\"max\":310.0,"
                                + "\"runs\":3,\"mark\":300.0,\"direction\":\"at most\",\"met\":true,\"note\":\"how\"}");
    }

    @Test
    void withoutAMarkThereIsNothingToMeet() {
        assertThat(Figure.unmarked("rate", "MiB/s", Samples.of(1), "how").json())
                .contains("\"mark\":null,\"direction\":null,\"met\":null");
    }

    @Test
    void aRunWithoutAnEndIsNoNumberAndMeetsNothing() {
        Figure figure = marked(Figure.FigureLimit.atMost(300), 100, Double.POSITIVE_INFINITY);
        assertThat(figure.json()).contains("\"median\":null", "\"max\":null", "\"met\":false");
        assertThat(figure.summary()).contains("never", "MISSED");
    }

    private static Figure marked(Figure.FigureLimit mark, double... samples) {
        return Figure.marked("pause", "ms", Samples.of(samples), mark, "how");
    }
}
