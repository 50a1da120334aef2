package io.vmferry.protocol.options;

/** Thrown for a capability or parameter that cannot be set; the message is the refusal. */
public final class OptionException extends Exception {

    private static final long serialVersionUID = 1L;

    /** A refusal in one sentence. */
    public OptionException(String message) {
        super(message, null, false, false);
    }
}
