package io.vmferry.machine.tls;

/** Credentials that cannot be used; the message is QEMU's where QEMU has one. */
public final class CredentialsException extends Exception {

    private static final long serialVersionUID = 1;

    /**
     * @param message one line, as a monitor reports it
     */
    public CredentialsException(String message) {
        super(message);
    }
}
