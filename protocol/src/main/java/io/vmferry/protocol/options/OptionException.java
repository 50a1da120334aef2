package io.vmferry.protocol.options;

/** A capability or parameter that cannot be set like that; the message is for the one who tried. */
public final class OptionException extends Exception {

    private static final long serialVersionUID = 1L;

    /** A refusal in one sentence. */
    public OptionException(String message) {
        super(message, null, false, false);
    }
}
