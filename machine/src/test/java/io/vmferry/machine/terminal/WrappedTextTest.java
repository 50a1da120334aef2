package io.vmferry.machine.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WrappedTextTest {

    private static final String TEXT =
            """
            migration completed: the guest has moved
              downtime   42.0 ms (remaining RAM 30.0 ms, device state 12.0 ms)
              total      3 s\
            """;

    @Test
    void aLineGoesOnBelowItsContent() {
        assertThat(WrappedText.fit(TEXT, 40))
                .isEqualTo(
                        """
                        migration completed: the guest has moved
                          downtime   42.0 ms (remaining RAM 30.0
                                     ms, device state 12.0 ms)
                          total      3 s\
                        """);
    }

    @Test
    void whatFitsStaysAsItIs() {
        assertThat(WrappedText.fit(TEXT, 80)).isEqualTo(TEXT);
        assertThat(WrappedText.fit("", 80)).isEmpty();
    }

    @Test
    void aWordThatIsTooLongStaysWhole() {
        String path = "x".repeat(50);
        assertThat(WrappedText.fit("  reason     " + path + " end", 40))
                .isEqualTo("  reason     " + path + "\n             end");
        assertThat(WrappedText.fit(path, 40)).isEqualTo(path);
    }

    @Test
    void aParagraphIsFilledAnew() {
        assertThat(WrappedText.broken("a b  c\nbbbbbbbbbbbb c", 5))
                .containsExactly("a b c", "bbbbbbbbbbbb", "c");
    }

    @Test
    void aRowGoesOnBelowItsLastCellWhereThereIsRoom() {
        String row = "name       what it is and does";
        assertThat(WrappedText.fitRow(row, 24, 11))
                .isEqualTo("name       what it is\n           and does");
        assertThat(WrappedText.fitRow(row, 22, 11)).isEqualTo("name       what it is\n  and does");
    }

    @Test
    void aVeryNarrowTerminalIndentsLess() {
        assertThat(WrappedText.fit("  total      3 s and some more", 20))
                .isEqualTo("  total      3 s and\n  some more");
    }
}
