package io.vmferry.machine.tls;

import java.io.IOException;

/** A connection on which no TLS session came about; the message is one line. */
public final class TlsException extends IOException {

    private static final long serialVersionUID = 1;

    /**
     * @param message QEMU's where QEMU has one
     */
    public TlsException(String message) {
        super(message);
    }

    /** A handshake that failed. */
    static TlsException handshake(String reason) {
        return new TlsException("TLS handshake failed: " + reason);
    }
}
