package io.vmferry.machine.hmp;

/** A command line that cannot be read; the message is what HMP prints. */
final class HmpSyntaxException extends Exception {

    private static final long serialVersionUID = 1L;

    HmpSyntaxException(String message) {
        super(message, null, false, false);
    }
}
