package io.vmferry.protocol.qmp;

import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;

/** How a version words what is wrong with JSON. */
enum JsonWording {
    /** Without a place, and a key is any value that turns out not to be a string. */
    PLAIN(
            "key is not a string in object",
            "missing : in object pair",
            "expected separator in dict",
            "expected separator in list"),
    /** With line and column, and a key is nothing but a string. */
    WITH_PLACE("expecting key", "expecting ':'", "expected ',' or '}'", "expected ',' or ']'");

    private final String noKey;
    private final String noColon;
    private final String noSeparatorInObject;
    private final String noSeparatorInArray;

    JsonWording(
            String noKey, String noColon, String noSeparatorInObject, String noSeparatorInArray) {
        this.noKey = noKey;
        this.noColon = noColon;
        this.noSeparatorInObject = noSeparatorInObject;
        this.noSeparatorInArray = noSeparatorInArray;
    }

    static JsonWording of(Profile profile) {
        return profile.has(Trait.JSON_ERROR_PLACE) ? WITH_PLACE : PLAIN;
    }

    /** Whether a key must be a string before it is looked at any further. */
    boolean looksAtKeys() {
        return this == WITH_PLACE;
    }

    String noKey() {
        return noKey;
    }

    String noColon() {
        return noColon;
    }

    String noSeparatorInObject() {
        return noSeparatorInObject;
    }

    String noSeparatorInArray() {
        return noSeparatorInArray;
    }

    /** The whole complaint. */
    String complaint(JsonToken token, String what) {
        String text = "JSON parse error, " + what;
        // no formatter: a client can cause one of these with every few bytes
        return this == WITH_PLACE ? token.line() + ":" + token.column() + ": " + text : text;
    }

    /**
     * Complete words that make no JSON value; the message is the part after "JSON parse error, ".
     */
    static final class MalformedJsonException extends Exception {

        private static final long serialVersionUID = 1L;

        MalformedJsonException(String message) {
            super(message, null, false, false);
        }
    }
}
