package io.vmferry.machine.tls;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.Optional;
import org.bouncycastle.tls.crypto.TlsCrypto;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;

/** Sessions without certificates, by Bouncy Castle's TLS and its own ciphers. */
final class BouncyContext implements TlsContext {

    private final TlsCredentials credentials;
    private final TlsCrypto crypto;

    private BouncyContext(TlsCredentials credentials) {
        this.credentials = credentials;
        this.crypto = new BcTlsCrypto(new SecureRandom());
    }

    static BouncyContext of(TlsCredentials.PreShared credentials) {
        return new BouncyContext(credentials);
    }

    static BouncyContext of(TlsCredentials.Anonymous credentials) {
        return new BouncyContext(credentials);
    }

    @Override
    public TlsEndpoint endpoint() {
        return credentials.endpoint();
    }

    @Override
    public TlsSession session(Optional<String> host, Optional<PeerAuthorization> authorization)
            throws TlsException {
        BouncyEnd end = end(priority());
        BouncyTlsHandler handler = new BouncyTlsHandler(end);
        return new TlsSession(handler, handler.handshake(), TlsSession.PeerVerification.NONE);
    }

    private BouncyEnd end(TlsPriority priority) throws TlsException {
        return switch (credentials) {
            case TlsCredentials.PreShared shared -> PreSharedPeers.of(shared, priority, crypto);
            case TlsCredentials.Anonymous anonymous ->
                    AnonymousPeers.of(anonymous, priority, crypto);
            case TlsCredentials.X509 _ -> throw new IllegalStateException("Not by certificates");
        };
    }

    private TlsPriority priority() throws TlsException {
        try {
            return TlsPriority.parse(credentials.priority());
        } catch (IllegalArgumentException e) {
            String added =
                    credentials instanceof TlsCredentials.PreShared
                            ? "+ECDHE-PSK:+DHE-PSK:+PSK"
                            : "+ANON-DH";
            throw new TlsException(
                    "Unable to set TLS session priority %s:%s: %s"
                            .formatted(
                                    credentials.priority().orElse("NORMAL"),
                                    added,
                                    e.getMessage()));
        }
    }

    @Override
    public void warmUp() {
        try {
            end(TlsPriority.parse(Optional.empty())).begin(() -> {});
        } catch (IOException e) {
            // the first real handshake says what is wrong
        }
    }
}
