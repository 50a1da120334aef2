package io.vmferry.machine.tls;

import io.vmferry.protocol.Named;

/** The end of a session that credentials are for. */
public enum TlsEndpoint implements Named {
    /** The end that connects. */
    CLIENT,
    /** The end that accepts. */
    SERVER
}
