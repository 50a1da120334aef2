package io.vmferry.tools.shell;

/** What somebody typed cannot be asked; the message says what was expected. */
final class TypingException extends Exception {

    private static final long serialVersionUID = 1L;

    TypingException(String message) {
        super(message, null, false, false);
    }

    TypingException(String message, Throwable cause) {
        super(message, cause, false, false);
    }
}
