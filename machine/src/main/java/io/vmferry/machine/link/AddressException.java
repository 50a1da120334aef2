package io.vmferry.machine.link;

/** A migration address that cannot be used; the message is QEMU's where QEMU has one. */
public final class AddressException extends Exception {

    private static final long serialVersionUID = 1;

    /**
     * @param message one line, as a monitor reports it
     */
    public AddressException(String message) {
        super(message);
    }
}
