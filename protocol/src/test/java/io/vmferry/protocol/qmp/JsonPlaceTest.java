package io.vmferry.protocol.qmp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.buffer.Unpooled;
import io.vmferry.protocol.profile.Profile;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Error positions in malformed JSON, which new versions report: expected is what a real QEMU 11.1
 * answers to the same bytes.
 */
class JsonPlaceTest {

    private static List<String> complaints(String text) {
        List<String> seen = new ArrayList<>();
        QmpFramer framer = new QmpFramer(4096, 64, Profile.QEMU_11_1);
        framer.feed(
                Unpooled.copiedBuffer(text, StandardCharsets.UTF_8),
                new QmpFramer.Sink() {
                    @Override
                    public void value(JsonNode value) {
                        seen.add("a value");
                    }

                    @Override
                    public void malformed(String description) {
                        seen.add(description.replace("JSON parse error, ", ""));
                    }
                });
        return seen;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '`',
            value = {
                "{\"a\"} # 2:5: expecting ':'",
                "{\"a\" 1} # 2:6: expecting ':'",
                "{\"a\":} # 2:6: expecting value",
                "{\"a\":1 \"b\":2} # 2:8: expected ',' or '}'",
                "{\"a\":1,} # 2:8: expecting key",
                "{\"a\":1,2} # 2:8: expecting key",
                "{,} # 2:2: expecting key",
                "{] # 2:2: expecting key",
                "{1:2} # 2:2: expecting key",
                "[1,] # 2:4: expecting value",
                "[1 2] # 2:4: expected ',' or ']'",
                "[1} # 2:4: expected ',' or ']'",
                "{\"a\":1] # 2:8: expected ',' or '}'",
                "{\"a\":tru} # 2:6: invalid keyword 'tru'",
                "} # 2:1: expecting value",
                "\"\\q\" # 2:1: invalid escape sequence in string",
                "{\"a\":\"\\ud800\"} # 2:6: \\ud800 is not a valid Unicode character",
                "@ # 2:1: stray '@'",
                "{\"a\": 1 @ # 2:9: stray '@'",
                "{\"a\":1,\"a\":2} # 2:12: duplicate key"
            })
    void theWrongWordIsNamedByLineAndColumn(String text, String complaint) {
        assertThat(complaints("{}\n" + text + "\n")).containsExactly("a value", complaint);
    }

    @Test
    void skippingAndTheEndOfANumberCountAColumnTooMuch() {
        assertThat(complaints("{\"a\":01}"))
                .containsExactly("1:6: stray '01'", "1:9: expecting value");
        assertThat(complaints("{\"a\":1]}"))
                .containsExactly("1:8: expected ',' or '}'", "1:8: expecting value");
    }

    @Test
    void aWordStandsWhereItBegan() {
        assertThat(complaints("\n\n  { \"a\"\n:\n tru\n}"))
                .containsExactly("5:2: invalid keyword 'tru'");
    }
}
