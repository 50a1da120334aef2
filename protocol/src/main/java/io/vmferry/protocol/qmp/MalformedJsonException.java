package io.vmferry.protocol.qmp;

/** Complete words that make no JSON value; the message is the part after "JSON parse error, ". */
final class MalformedJsonException extends Exception {

    private static final long serialVersionUID = 1L;

    MalformedJsonException(String message) {
        super(message, null, false, false);
    }
}
