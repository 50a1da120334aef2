package io.vmferry.machine.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TerminalColumnsTest {

    @Test
    void whatIsNoTerminalIsAsWideAsMostAre() {
        assertThat(TerminalColumns.of(-1)).isEqualTo(TerminalColumns.USUAL);
    }
}
