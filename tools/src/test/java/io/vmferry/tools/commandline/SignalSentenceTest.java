package io.vmferry.tools.commandline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SignalSentenceTest {

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream err = new PrintStream(printed, true, StandardCharsets.UTF_8);

    @Test
    void saysOnceHowFarTheRunWas() {
        SignalSentence sentence = new SignalSentence(err, false, () -> " after 3 of 5 cells");
        sentence.say();
        sentence.say();
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .isEqualToIgnoringNewLines("Ended by a signal after 3 of 5 cells");
    }

    @Test
    void standsInPlaceOfTheProgressOnATerminal() {
        new SignalSentence(err, true, () -> "").say();
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .isEqualToIgnoringNewLines("\r\u001b[KEnded by a signal");
    }

    @Test
    void saysNothingOfARunThatIsOver() {
        SignalSentence sentence = SignalSentence.watch(err, () -> "");
        sentence.close();
        sentence.say();
        assertThat(printed.size()).isZero();
    }
}
