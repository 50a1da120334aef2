package io.vmferry.tools.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.tools.shell.Typed.TypingException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArgumentsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "uri=unix:/tmp/a|{\"uri\":\"unix:/tmp/a\"}",
                "uri=tcp:h:1=2|{\"uri\":\"tcp:h:1=2\"}",
                "a=1 b=-2.5 c=true d=null|{\"a\":1,\"b\":-2.5,\"c\":true,\"d\":null}",
                "a=007|{\"a\":\"007\"}",
                "a=|{\"a\":\"\"}",
                "a=\"1\"|{\"a\":\"1\"}",
                "a='x y'|{\"a\":\"x y\"}",
                "a=18446744073709551615|{\"a\":18446744073709551615}",
                "a=[1,{\"b\":2}]|{\"a\":[1,{\"b\":2}]}",
                "a.b.c=1 a.b.d=x|{\"a\":{\"b\":{\"c\":1,\"d\":\"x\"}}}",
                "l.0.k=a l.0.v=true l.1.k=b|{\"l\":[{\"k\":\"a\",\"v\":true},{\"k\":\"b\"}]}",
                "l.0=a l.1=b|{\"l\":[\"a\",\"b\"]}",
                "{\"0\":{\"x\":1}}|{\"0\":{\"x\":1}}",
                "|{}"
            })
    void wordsBecomeMembers(String words, String json) throws Exception {
        List<String> list = words == null ? List.of() : Words.of(words).texts();
        assertThat(Arguments.of(list)).hasToString(json);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a|Expected key=value or one JSON object, got 'a'",
                "=1|Expected key=value or one JSON object, got '=1'",
                "a=1 a=2|'a' is given twice",
                "a=1 a.b=2|'a.b' goes into something that is neither object nor list",
                "a.1=x|'a.1' should have 0 instead of '1': elements are given in order",
                "a.0=x a.b=y|'a.b' should have 1 instead of 'b': elements are given in order",
                "a..b=1|'a..b' has an empty name in it",
                "{} b=1|Expected key=value or one JSON object, got '{}'"
            })
    void whatCannotBeMeantIsRefused(String words, String why) {
        assertThatThrownBy(() -> Arguments.of(Words.of(words).texts()))
                .isInstanceOf(TypingException.class)
                .hasMessage(why);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {"a={b}", "a=[1,", "a=\"x", "{", "{} {}", "a={\"b\":1}}"})
    void brokenJsonIsRefused(String word) {
        assertThatThrownBy(() -> Arguments.of(List.of(word)))
                .isInstanceOf(TypingException.class)
                .hasMessageStartingWith("No JSON: ")
                .hasMessageNotContaining("\n");
    }

    @Test
    void aCommandInJsonIsReadWhole() throws Exception {
        assertThat(Typed.call(List.of("{'execute':'stop'}"), false).command()).isEqualTo("stop");
        assertThat(Typed.call(List.of("{'exec-oob':'x','arguments':{'a':1}}"), false))
                .hasToString("QmpCall[command=x, arguments={\"a\":1}, outOfBand=true]");
        assertThat(Typed.call(List.of("--oob", "x", "a=1"), false))
                .hasToString("QmpCall[command=x, arguments={\"a\":1}, outOfBand=true]");
        for (String wrong :
                List.of("{'execute':'x','id':1}", "{'arguments':{}}", "{'execute':'x','y':1}")) {
            assertThatThrownBy(() -> Typed.call(List.of(wrong), false))
                    .isInstanceOf(TypingException.class);
        }
        assertThatThrownBy(() -> Typed.call(List.of("--oob"), false))
                .hasMessage("--oob stands before a command");
        assertThatThrownBy(() -> Typed.call(List.of("{'execute':'x'}", "a=1"), false))
                .hasMessage("Nothing can follow a whole command");
    }
}
