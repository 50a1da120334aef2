package io.vmferry.protocol.qmp;

import io.vmferry.protocol.qmp.JsonWording.MalformedJsonException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Turns the bytes of a quoted word into the text they stand for. */
final class JsonStrings {

    private static final String ESCAPED = "\"'\\/bfnrt";
    private static final String MEANT = "\"'\\/\b\f\n\r\t";
    private static final char REPLACEMENT = '\uFFFD';

    private JsonStrings() {}

    /** The text of a word that begins and ends with a quote. */
    static String text(byte[] word) throws MalformedJsonException {
        StringBuilder text = new StringBuilder(word.length);
        int end = word.length - 1;
        int plainFrom = 1;
        int i = 1;
        while (i < end) {
            if (word[i] != '\\') {
                i++;
                continue;
            }
            text.append(plain(word, plainFrom, i));
            int which = ESCAPED.indexOf(word[i + 1]);
            if (which >= 0) {
                text.append(MEANT.charAt(which));
                i += 2;
            } else if (word[i + 1] == 'u') {
                int codePoint = codePoint(word, i);
                text.appendCodePoint(codePoint);
                i += codePoint > 0xFFFF ? 12 : 6;
            } else {
                throw new MalformedJsonException("invalid escape sequence in string");
            }
            plainFrom = i;
        }
        return text.append(plain(word, plainFrom, end)).toString();
    }

    /** The character of one escape, or of two that are a surrogate pair. */
    private static int codePoint(byte[] word, int at) throws MalformedJsonException {
        int high = hex(word, at);
        if (high >= 0xD800 && high < 0xDC00) {
            int low = hex(word, at + 6);
            if (low >= 0xDC00 && low < 0xE000) {
                high = Character.toCodePoint((char) high, (char) low);
            }
        }
        boolean nonCharacter = (high & 0xFFFE) == 0xFFFE || (high >= 0xFDD0 && high <= 0xFDEF);
        if (high < 0 || nonCharacter || (high >= 0xD800 && high < 0xE000)) {
            int length = Math.min(6, word.length - at);
            throw new MalformedJsonException(
                    new String(word, at, length, StandardCharsets.UTF_8)
                            + " is not a valid Unicode character");
        }
        return high;
    }

    /** The value of an escape with four hexadecimal digits, or -1 where there is none. */
    private static int hex(byte[] word, int at) {
        if (at + 6 > word.length || word[at] != '\\' || word[at + 1] != 'u') {
            return -1;
        }
        int value = 0;
        for (int i = at + 2; i < at + 6; i++) {
            int digit = Character.digit(word[i], 16);
            if (digit < 0) {
                return -1;
            }
            value = value * 16 + digit;
        }
        return value;
    }

    /** The text of bytes without escapes. */
    private static String plain(byte[] word, int from, int end) throws MalformedJsonException {
        String text = new String(word, from, end - from, StandardCharsets.UTF_8);
        // what is malformed shows as U+FFFD, which a client may as well have sent
        if (text.indexOf(REPLACEMENT) >= 0) {
            requireUtf8(word, from, end);
        }
        return text;
    }

    private static void requireUtf8(byte[] word, int from, int end) throws MalformedJsonException {
        try {
            StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(word, from, end - from));
        } catch (CharacterCodingException e) {
            throw new MalformedJsonException("invalid UTF-8 sequence in string");
        }
    }
}
