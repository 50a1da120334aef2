package io.vmferry.machine.tls;

import io.vmferry.machine.tls.TlsPriority.TlsVersion;
import java.io.IOException;
import org.bouncycastle.tls.AbstractTlsClient;
import org.bouncycastle.tls.AbstractTlsServer;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsClientProtocol;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsDHGroupVerifier;
import org.bouncycastle.tls.TlsServerProtocol;
import org.bouncycastle.tls.crypto.TlsCrypto;

/** The two ends of sessions in which nobody proves who it is: DH of TLS 1.2, as GnuTLS has it. */
final class AnonymousPeers {

    private AnonymousPeers() {}

    static BouncyEnd of(
            io.vmferry.machine.tls.TlsCredentials.Anonymous credentials,
            TlsPriority priority,
            TlsCrypto crypto)
            throws TlsException {
        int[] suites = BouncySuites.anonymous(priority);
        if (suites.length == 0 || !priority.protocols().contains(TlsVersion.TLS_1_2)) {
            throw TlsException.handshake("No supported cipher suites have been found.");
        }
        if (credentials.endpoint() == TlsEndpoint.CLIENT) {
            return complete -> {
                TlsClientProtocol protocol = new TlsClientProtocol();
                protocol.connect(new NamelessClient(crypto, suites, complete));
                return protocol;
            };
        }
        return complete -> {
            TlsServerProtocol protocol = new TlsServerProtocol();
            protocol.accept(new NamelessServer(crypto, suites, complete));
            return protocol;
        };
    }

    private static final class NamelessClient extends AbstractTlsClient {
        private final int[] suites;
        private final Runnable complete;

        private NamelessClient(TlsCrypto crypto, int[] suites, Runnable complete) {
            super(crypto);
            this.suites = suites;
            this.complete = complete;
        }

        @Override
        protected ProtocolVersion[] getSupportedVersions() {
            return ProtocolVersion.TLSv12.only();
        }

        @Override
        protected int[] getSupportedCipherSuites() {
            return suites.clone();
        }

        @Override
        public TlsAuthentication getAuthentication() throws IOException {
            throw HandshakeFailure.insufficientCredentials();
        }

        @Override
        public TlsDHGroupVerifier getDHGroupVerifier() {
            return DiffieHellmanGroups.ANY_STRONG;
        }

        @Override
        public boolean requiresCloseNotify() {
            return false;
        }

        @Override
        public void notifyHandshakeComplete() {
            complete.run();
        }
    }

    private static final class NamelessServer extends AbstractTlsServer {
        private final int[] suites;
        private final Runnable complete;

        private NamelessServer(TlsCrypto crypto, int[] suites, Runnable complete) {
            super(crypto);
            this.suites = suites;
            this.complete = complete;
        }

        @Override
        protected ProtocolVersion[] getSupportedVersions() {
            return ProtocolVersion.TLSv12.only();
        }

        @Override
        protected int[] getSupportedCipherSuites() {
            return suites.clone();
        }

        @Override
        @SuppressWarnings("NullAway") // what the library takes for none
        public TlsCredentials getCredentials() {
            return null;
        }

        @Override
        public boolean requiresCloseNotify() {
            return false;
        }

        @Override
        public void notifyHandshakeComplete() {
            complete.run();
        }
    }
}
