package io.vmferry.tools.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.tools.shell.Typed.TypingException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TypedTest {

    /** As words, and as one that was quoted. */
    @ParameterizedTest
    @ValueSource(strings = {"info status", "info|status", "migrate -d tcp:a:1"})
    void aLineOfTheHumanMonitorIsRefusedWithTheCommandForIt(String words) {
        assertThatThrownBy(() -> Typed.call(List.of(words.split("\\|")), false))
                .isInstanceOf(TypingException.class)
                .hasMessageContaining("is for the human monitor")
                .hasMessageEndingWith(
                        "expected human-monitor-command command-line='%s'"
                                .formatted(words.replace('|', ' ')));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"execute\": \"stop\"}", "stop", "information"})
    void aCommandOfQmpIsNone(String word) throws Exception {
        assertThat(Typed.call(List.of(word), false).arguments().isEmpty()).isTrue();
    }
}
