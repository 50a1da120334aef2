package io.vmferry.protocol;

/** The text of an exception for a person to read; not every exception comes with a message. */
public final class Worded {

    private Worded() {}

    /** The exception's message, or else its own description of itself. */
    public static String of(Throwable thrown) {
        String message = thrown.getMessage();
        return message == null ? thrown.toString() : message;
    }
}
