package io.vmferry.protocol.qmp;

import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;

/**
 * One word of JSON.
 *
 * @param text the bytes as they came, a string with its quotes and escapes; no copy is made
 */
@SuppressWarnings("ArrayRecordComponent") // a token lives for one value and is never compared
record JsonToken(Kind kind, byte[] text) {

    enum Kind {
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

    private static final byte[] NO_TEXT = {};
    private static final Map<Kind, JsonToken> SHARED = new EnumMap<>(Kind.class);

    static {
        for (Kind kind : Kind.values()) {
            SHARED.put(kind, new JsonToken(kind, NO_TEXT));
        }
    }

    /** The shared token of a kind whose text says nothing. */
    static JsonToken of(Kind kind) {
        return SHARED.get(kind);
    }

    /** The text for a message; bytes that are no UTF-8 show as U+FFFD. */
    String printable() {
        return new String(text, StandardCharsets.UTF_8);
    }
}
