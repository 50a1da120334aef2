package io.vmferry.machine.tls;

import java.util.Optional;

/**
 * Credentials that are ready to be used: makes sessions. Safe for any thread; slow to make, so that
 * it is made away from a loop.
 */
public sealed interface TlsContext permits X509Context, BouncyContext {

    /** The context of some credentials. */
    static TlsContext of(TlsCredentials credentials) throws CredentialsException {
        TlsContext context =
                switch (credentials) {
                    case TlsCredentials.X509 x509 -> X509Context.of(x509);
                    case TlsCredentials.PreShared shared -> BouncyContext.of(shared);
                    case TlsCredentials.Anonymous anonymous -> BouncyContext.of(anonymous);
                };
        context.warmUp();
        return context;
    }

    /** The end that the credentials are for. */
    TlsEndpoint endpoint();

    /**
     * A session for one connection.
     *
     * @param host whom a client has connected to, as far as it has a name
     * @param authorization who may connect to a server, if that is asked
     * @throws TlsException if the credentials' priorities are not valid
     */
    TlsSession session(Optional<String> host, Optional<PeerAuthorization> authorization)
            throws TlsException;

    /** Releases what it holds; sessions that were made go on. */
    default void close() {}

    /** Loads the classes that the first handshake needs, so that it is as short as the others. */
    void warmUp();
}
