package io.vmferry.tools.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WordsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "stop|stop",
                "  a   b=1 |a;b=1",
                "a b={\"x\": [1, 2]} c=1|a;b={\"x\": [1, 2]};c=1",
                "a b=\"x y\" c|a;b=\"x y\";c",
                "a b='x y' c|a;b='x y';c",
                "a b='}' c|a;b='}';c",
                "a b=\"q\\\" z\" c|a;b=\"q\\\" z\";c",
                "a name=it's c|a;name=it's;c",
                "a b=x[1 c|a;b=x[1;c",
                "{\"execute\": \"stop\"}|{\"execute\": \"stop\"}"
            })
    void blanksCutWhereNothingIsOpen(String line, String words) {
        assertThat(Words.of(line).texts()).containsExactly(words.split(";", -1));
        assertThat(Words.of(line).unfinished()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b={", "a b=[{}", "{\"execute\": ", "a b=\"c", "a b='c\"", "a b={'}"})
    void openQuotesAndBracketsAreNoticed(String line) {
        assertThat(Words.of(line).unfinished()).isTrue();
    }

    @Test
    void aWordKnowsWhereItStands() {
        assertThat(Words.of(" ab  cd=1").list())
                .isEqualTo(List.of(new Words.Word(1, "ab"), new Words.Word(5, "cd=1")));
        assertThat(Words.of(" ab  cd=1").list().getLast().end()).isEqualTo(9);
        assertThat(Words.of("   ").list()).isEmpty();
    }
}
