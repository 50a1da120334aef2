package io.vmferry.protocol.qmp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.protocol.qmp.JsonToken.JsonTokenKind;
import io.vmferry.protocol.qmp.JsonWording.MalformedJsonException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;

/**
 * Reads one value from its words. Nesting was limited when they were collected, so recursion is
 * safe. The error texts are QEMU's, which no general parser has.
 */
final class JsonValues {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final BigInteger MAX_UINT64 =
            BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

    private final Iterator<JsonToken> tokens;
    private final JsonWording wording;
    private JsonToken last;

    /** A reader at the first of the words. */
    JsonValues(List<JsonToken> tokens, JsonWording wording) {
        this.tokens = tokens.iterator();
        this.last = tokens.getFirst();
        this.wording = wording;
    }

    /** The value that the words begin with. */
    JsonNode read() throws MalformedJsonException {
        return value(next());
    }

    /** The word that was read last, which is the wrong one when a value could not be read. */
    JsonToken last() {
        return last;
    }

    private JsonToken next() throws MalformedJsonException {
        if (!tokens.hasNext()) {
            throw new MalformedJsonException("premature EOI");
        }
        last = tokens.next();
        return last;
    }

    private JsonNode value(JsonToken token) throws MalformedJsonException {
        return switch (token.kind()) {
            case LEFT_BRACE -> object();
            case LEFT_BRACKET -> array();
            case STRING -> NODES.textNode(JsonStrings.text(token.text()));
            case INTEGER -> integer(token.text());
            case FLOAT -> NODES.numberNode(Double.parseDouble(ascii(token.text())));
            case KEYWORD -> keyword(token);
            case RIGHT_BRACE, RIGHT_BRACKET, COLON, COMMA, STRAY, OVERSIZE ->
                    throw new MalformedJsonException("expecting value");
        };
    }

    private ObjectNode object() throws MalformedJsonException {
        ObjectNode object = NODES.objectNode();
        JsonToken token = next();
        if (token.kind() == JsonTokenKind.RIGHT_BRACE) {
            return object;
        }
        pair(object, token);
        while (another(JsonTokenKind.RIGHT_BRACE, wording.noSeparatorInObject())) {
            pair(object, next());
        }
        return object;
    }

    private void pair(ObjectNode object, JsonToken first) throws MalformedJsonException {
        if (wording.looksAtKeys() && first.kind() != JsonTokenKind.STRING) {
            throw new MalformedJsonException(wording.noKey());
        }
        JsonNode key = value(first);
        if (!key.isTextual()) {
            throw new MalformedJsonException(wording.noKey());
        }
        if (next().kind() != JsonTokenKind.COLON) {
            throw new MalformedJsonException(wording.noColon());
        }
        JsonNode member = value(next());
        if (object.has(key.textValue())) {
            throw new MalformedJsonException("duplicate key");
        }
        object.set(key.textValue(), member);
    }

    private ArrayNode array() throws MalformedJsonException {
        ArrayNode array = NODES.arrayNode();
        JsonToken token = next();
        if (token.kind() == JsonTokenKind.RIGHT_BRACKET) {
            return array;
        }
        array.add(value(token));
        while (another(JsonTokenKind.RIGHT_BRACKET, wording.noSeparatorInArray())) {
            array.add(value(next()));
        }
        return array;
    }

    /** Whether a comma follows, and not the end of a collection. */
    private boolean another(JsonTokenKind end, String complaint) throws MalformedJsonException {
        JsonTokenKind kind = next().kind();
        if (kind != JsonTokenKind.COMMA && kind != end) {
            throw new MalformedJsonException(complaint);
        }
        return kind == JsonTokenKind.COMMA;
    }

    private static JsonNode keyword(JsonToken token) throws MalformedJsonException {
        return switch (ascii(token.text())) {
            case "true" -> NODES.booleanNode(true);
            case "false" -> NODES.booleanNode(false);
            case "null" -> NODES.nullNode();
            default ->
                    throw new MalformedJsonException(
                            "invalid keyword '%s'".formatted(token.printable()));
        };
    }

    /** A number of 64 bits, signed or else unsigned, or the nearest double. */
    private static JsonNode integer(byte[] text) {
        String digits = ascii(text);
        // Longer than any 64-bit number: not worth exact arithmetic, which is slow for many digits.
        if (digits.length() > 20) {
            return NODES.numberNode(Double.parseDouble(digits));
        }
        BigInteger number = new BigInteger(digits);
        if (number.bitLength() < Long.SIZE) {
            return NODES.numberNode(number.longValue());
        }
        if (number.signum() > 0 && number.compareTo(MAX_UINT64) <= 0) {
            return NODES.numberNode(number);
        }
        return NODES.numberNode(number.doubleValue());
    }

    private static String ascii(byte[] text) {
        return new String(text, StandardCharsets.US_ASCII);
    }
}
