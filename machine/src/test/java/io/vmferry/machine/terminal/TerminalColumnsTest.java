package io.vmferry.machine.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TerminalColumnsTest {

    @Test
    void whatIsNoTerminalIsAsWideAsTheEnvironmentSays() {
        assertThat(TerminalColumns.of(-1)).isEqualTo(TerminalColumns.told());
    }

    @ParameterizedTest
    @CsvSource({"80,80", "7,7", "200,200", "wide,80", ",80", "0,80", "-5,80", "99999999,80"})
    void whatIsNoWidthIsTakenForThatOfMostTerminals(String columns, int width) {
        assertThat(TerminalColumns.told(columns)).isEqualTo(width);
    }
}
