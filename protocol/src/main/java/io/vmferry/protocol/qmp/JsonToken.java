package io.vmferry.protocol.qmp;

import java.nio.charset.StandardCharsets;

/**
 * One word of JSON.
 *
 * @param text the bytes as they came, a string with its quotes and escapes; empty where the kind
 *     says it all; no copy is made
 * @param line where the word begins, counted from 1 since the connection was made
 * @param column the byte on that line, from 1
 */
@SuppressWarnings("ArrayRecordComponent") // a token lives for one value and is never compared
record JsonToken(JsonTokenKind kind, byte[] text, long line, long column) {

    enum JsonTokenKind {
        LEFT_BRACE,
        RIGHT_BRACE,
        LEFT_BRACKET,
        RIGHT_BRACKET,
        COLON,
        COMMA,
        STRING,
        INTEGER,
        FLOAT,
        KEYWORD,
        /** Bytes that no word begins or goes on with. */
        STRAY,
        /** A word longer than the limit; its text is not kept. */
        OVERSIZE
    }

    /** The text for a message; bytes that are no UTF-8 show as U+FFFD. */
    String printable() {
        return new String(text, StandardCharsets.UTF_8);
    }
}
