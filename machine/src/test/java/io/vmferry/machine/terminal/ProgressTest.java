package io.vmferry.machine.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.terminal.Progress.ProgressCell;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressTest {

    private static final Progress HALF =
            new Progress(
                    List.of(
                            new ProgressCell("pass 2", 0),
                            new ProgressCell("50 %", 10),
                            new ProgressCell("8.00 MiB left", 60),
                            new ProgressCell("112 MiB/s", 20),
                            new ProgressCell("0:12", 30)),
                    OptionalDouble.of(0.5));

    @Test
    void whatMattersMostStaysWhereThereIsLittleRoom() {
        assertThat(HALF.fit(21)).isEqualTo("pass 2 50 % 112 MiB/s");
        assertThat(HALF.fit(30)).isEqualTo("pass 2 50 % 112 MiB/s 0:12");
    }

    @Test
    void theBarTakesTheRoomThatIsLeft() {
        assertThat(HALF.fit(45)).isEqualTo("pass 2 [########........] 50 % 112 MiB/s 0:12");
        assertThat(HALF.fit(200))
                .isEqualTo(
                        "pass 2  ["
                                + "#".repeat(19)
                                + ".".repeat(19)
                                + "]  50 %  8.00 MiB left  112 MiB/s  0:12");
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 39, 40, 41, 60, 80, 100, 199})
    void noLineIsTooLong(int columns) {
        assertThat(HALF.fit(columns).length()).isLessThanOrEqualTo(columns);
    }

    @Test
    void theFirstCellIsThereInAnyCase() {
        assertThat(HALF.fit(3)).isEqualTo("pass 2");
    }

    @Test
    void aLogHasEverything() {
        assertThat(HALF.all()).isEqualTo("pass 2, 50 %, 8.00 MiB left, 112 MiB/s, 0:12");
    }
}
