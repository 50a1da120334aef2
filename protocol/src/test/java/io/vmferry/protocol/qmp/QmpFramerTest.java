package io.vmferry.protocol.qmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.buffer.Unpooled;
import io.vmferry.protocol.profile.Profile;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QmpFramerTest {

    private static final int MAX_BYTES = 4096;

    private final List<String> seen = new ArrayList<>();
    private final QmpFramer.Sink sink =
            new QmpFramer.Sink() {
                @Override
                public void value(JsonNode value) {
                    seen.add(JsonText.print(value));
                }

                @Override
                public void malformed(String description) {
                    seen.add("! " + description.replace("JSON parse error, ", ""));
                }
            };
    private final QmpFramer framer = new QmpFramer(MAX_BYTES, 64, Profile.DEFAULT);

    private List<String> feed(String text) {
        return feed(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private List<String> feed(byte[] bytes) {
        seen.clear();
        framer.feed(Unpooled.wrappedBuffer(bytes), sink);
        return List.copyOf(seen);
    }

    @Test
    void valuesBackToBackOverLinesAndWithoutLineFeed() {
        assertThat(feed("{\"a\":1}{'b' : [ ]}\r\n{\n\"c\"\n:\nnull\n}"))
                .containsExactly("{\"a\": 1}", "{\"b\": []}", "{\"c\": null}");
        assertThat(feed("{\"a\":")).isEmpty();
        assertThat(feed("\"}\"}")).containsExactly("{\"a\": \"}\"}");
    }

    /** The errors are those of a real QEMU 7.2 for the same bytes. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '`',
            value = {
                "{\"a\":1,} # expecting value",
                "{\"a\" 1} # missing : in object pair",
                "{\"a\":} # expecting value",
                "{\"a\":1] # expected separator in dict",
                "} # expecting value",
                "] # expecting value",
                ", # expecting value",
                "{\"a\":1,\"a\":2} # duplicate key",
                "{a:1} # invalid keyword 'a'",
                "{1:2} # key is not a string in object",
                "[1 2] # expected separator in list",
                "[,1] # expecting value",
                "[1,] # expecting value",
                "[tru] # invalid keyword 'tru'",
                "[-] # stray '-]'",
                "[1.] # stray '1.]'",
                "[0e5] # expected separator in list",
                "[\"a\\qb\"] # invalid escape sequence in string",
                "[\"a\\u12\"] # \\u12\" is not a valid Unicode character",
                "[\"a\\u12zz\"] # \\u12zz is not a valid Unicode character",
                "[\"\\ud800\\u0041\"] # \\ud800 is not a valid Unicode character",
                "[\"\\udc00\"] # \\udc00 is not a valid Unicode character",
                "[\"\\uFFFF\"] # \\uFFFF is not a valid Unicode character",
                "[\"\u0080\"] # invalid UTF-8 sequence in string",
                "[\"\u00ed\u00a0\u0080\"] # invalid UTF-8 sequence in string"
            })
    void aComplaintInQemusWords(String input, String complaint) {
        assertThat(feed(input)).containsExactly("! " + complaint);
        assertThat(feed("[1]")).containsExactly("[1]");
    }

    /** After a malformed value, input is skipped up to the next structural character. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '`',
            value = {"[01] # 01", "[+1] # +", "[.5] # .", "[%p] # %"})
    void aStrayByteIsNamedAndTheRestOfTheWordSkipped(String input, String stray) {
        assertThat(feed(input)).containsExactly("! stray '" + stray + "'", "! expecting value");
        assertThat(feed("[1]")).containsExactly("[1]");
    }

    @Test
    void aControlCharacterEndsAString() {
        assertThat(feed("['a\u0001b']")).containsExactly("! stray ''a\u0001'", "! expecting value");
        assertThat(feed("['a\nb']")).containsExactly("! stray ''a\n'", "! expecting value");
    }

    @Test
    void aClientFindsItsPlaceAgainWithTheByteFf() {
        assertThat(feed("{\"a\":{\"b\":[\"never closed")).isEmpty();
        assertThat(feed("\u00ff")).hasSize(1);
        assertThat(feed(" {\"a\":1}")).containsExactly("{\"a\": 1}");
    }

    @Test
    void numbersKeepSixtyFourBitsAndThenBecomeDoubles() {
        assertThat(
                        feed(
                                "[-9223372036854775808,18446744073709551615,-9223372036854775809,"
                                        + "12345678901234567890123,1.5e3,0.1,-0.0,1e-7,1e17,-0]"))
                .containsExactly(
                        "[-9223372036854775808, 18446744073709551615, -9.2233720368547758e+18,"
                                + " 1.2345678901234568e+22, 1500, 0.10000000000000001, -0,"
                                + " 9.9999999999999995e-08, 1e+17, 0]");
    }

    @Test
    void aNumberOfManyDigitsCostsNoExactArithmetic() {
        assertThat(feed("[" + "9".repeat(MAX_BYTES - 3) + "]")).containsExactly("[inf]");
    }

    @Test
    void textIsPrintedInAscii() {
        assertThat(feed("['\\u00e9\\u20ac\\ud83d\\ude00\\/\\b\\f\\n\\r\\t\\\"\\'\\\\ \u007f']"))
                .containsExactly(
                        "[\"\\u00E9\\u20AC\\uD83D\\uDE00/\\b\\f\\n\\r\\t\\\"'\\\\ \\u007F\"]");
        assertThat(feed("['it\\'s \"x\"']")).containsExactly("[\"it's \\\"x\\\"\"]");
    }

    @Test
    void nestingIsLimited() {
        assertThat(feed("[".repeat(64) + "]".repeat(64))).hasSize(1).noneMatch(QmpFramerTest::bad);
        assertThat(feed("[".repeat(65))).containsExactly("! JSON nesting depth limit exceeded");
        feed("]".repeat(65));
        assertThat(feed("[1]")).containsExactly("[1]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a", "'b", "[1,", "aaaa", "[\"x\",", "12345", "{\"a\": 1, \"b\""})
    void endlessInputIsBounded(String start) {
        List<String> complaints = new ArrayList<>(feed(start));
        for (int i = 0; i < 100; i++) {
            complaints.addAll(feed(start.substring(start.length() - 1).repeat(1000)));
            assertThat(framer.heldBytes()).isLessThanOrEqualTo(MAX_BYTES);
        }
        assertThat(complaints).isNotEmpty().allMatch(QmpFramerTest::bad);
        feed("\u00ff");
        assertThat(feed("{\"a\":1}")).containsExactly("{\"a\": 1}");
    }

    @Test
    void tooManyWordsAreRefusedBeforeTheyAreAValue() {
        QmpFramer wide = new QmpFramer(1 << 20, 4, Profile.DEFAULT);
        seen.clear();
        wide.feed(
                Unpooled.copiedBuffer("[" + "1,".repeat(40_000), StandardCharsets.US_ASCII), sink);
        assertThat(seen).startsWith("! JSON token count limit exceeded");
    }

    @Test
    void anyFragmentationGivesTheSame() {
        byte[] all =
                ("{\"execute\":'a\\'b',\"id\":[1,-2.5e-3,\"\\ud83d\\ude00\",true]}garbage]\u00ff{}"
                                + "[[[{\"x\":\"{[\\\"\"}]]]12 '\u0001'{\"a\":01}nul{\"q\":null}")
                        .getBytes(StandardCharsets.ISO_8859_1);
        List<String> expected = feed(all);
        assertThat(expected).hasSizeGreaterThan(6);
        for (long seed = 0; seed < 200; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            QmpFramer other = new QmpFramer(MAX_BYTES, 64, Profile.DEFAULT);
            seen.clear();
            for (int at = 0; at < all.length; ) {
                int end = Math.min(all.length, at + 1 + random.nextInt(7));
                other.feed(Unpooled.wrappedBuffer(Arrays.copyOfRange(all, at, end)), sink);
                at = end;
            }
            assertThat(seen).as("seed %d", seed).isEqualTo(expected);
        }
    }

    @Test
    void garbageNeverEscapesAsAnythingElse() {
        for (long seed = 0; seed < 300; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] bytes = new byte[200];
            random.nextBytes(bytes);
            String words = "{}[]:,\"'0123tfn\\ue-.";
            for (int i = 0; i < bytes.length; i++) {
                if (random.nextInt(3) > 0) {
                    bytes[i] = (byte) words.charAt(random.nextInt(words.length()));
                }
            }
            feed(bytes);
            feed("\u00ff");
            assertThat(feed("[1]")).as("seed %d", seed).containsExactly("[1]");
        }
    }

    @Test
    void limitsMustBePositive() {
        assertThatThrownBy(() -> new QmpFramer(0, 1, Profile.DEFAULT))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static boolean bad(String text) {
        return text.startsWith("! ");
    }
}
