package io.vmferry.machine.link;

import io.vmferry.machine.tls.TlsException;
import io.vmferry.machine.tls.TlsSession;
import java.util.Optional;

/** Decides whether the connections of a migration are encrypted; asked for each of them. */
public interface LinkSecurity {

    /**
     * The session of a connection to a peer; empty for a plain one.
     *
     * @param host whom the connection was made to, as far as the address has one
     * @throws TlsException if the credentials cannot be used
     */
    Optional<TlsSession> client(Optional<String> host) throws TlsException;

    /** The session of an accepted connection; empty for a plain one. */
    Optional<TlsSession> server() throws TlsException;

    /** Whether a multifd channel has to end its session before its connection. */
    boolean strictEnd();
}
