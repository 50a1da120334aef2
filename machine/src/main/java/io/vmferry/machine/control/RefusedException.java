package io.vmferry.machine.control;

/** A request to {@link Control} that cannot be met; the message says why, in one line. */
public final class RefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    public RefusedException(String message) {
        super(message, null, false, false);
    }
}
