package io.vmferry.machine.tls;

import io.netty.handler.ssl.SslCloseCompletionEvent;

/** The event of a channel whose peer has ended its TLS session in an orderly way. */
public enum TlsEnd {
    /** A close notification has come. */
    GRACEFUL;

    /** Why a connection that ends without this has been cut off, in QEMU's words. */
    public static final String CUT_OFF =
            "Cannot read from TLS channel: " + HandshakeFailure.TERMINATED;

    /** Whether an event of a channel's pipeline says so. */
    public static boolean graceful(Object event) {
        return event == GRACEFUL
                || (event instanceof SslCloseCompletionEvent end && end.isSuccess());
    }
}
