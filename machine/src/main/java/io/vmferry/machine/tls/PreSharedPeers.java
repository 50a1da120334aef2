package io.vmferry.machine.tls;

import io.vmferry.machine.tls.TlsCredentials.PreSharedKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Vector;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.BasicTlsPSKExternal;
import org.bouncycastle.tls.BasicTlsPSKIdentity;
import org.bouncycastle.tls.PRFAlgorithm;
import org.bouncycastle.tls.PSKTlsClient;
import org.bouncycastle.tls.PSKTlsServer;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.PskIdentity;
import org.bouncycastle.tls.PskKeyExchangeMode;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsClientProtocol;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsDHGroupVerifier;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsPSKExternal;
import org.bouncycastle.tls.TlsPSKIdentityManager;
import org.bouncycastle.tls.TlsServerProtocol;
import org.bouncycastle.tls.crypto.TlsCrypto;
import org.jspecify.annotations.Nullable;

/** The two ends of sessions with a pre-shared key: TLS 1.3 and, as QEMU, TLS 1.2 too. */
final class PreSharedPeers {

    private PreSharedPeers() {}

    static BouncyEnd of(
            io.vmferry.machine.tls.TlsCredentials.PreShared credentials,
            TlsPriority priority,
            TlsCrypto crypto) {
        if (credentials.endpoint() == TlsEndpoint.CLIENT) {
            return complete -> {
                TlsClientProtocol protocol = new TlsClientProtocol();
                protocol.connect(new SharingClient(credentials, priority, crypto, complete));
                return protocol;
            };
        }
        return complete -> {
            TlsServerProtocol protocol = new TlsServerProtocol();
            protocol.accept(new SharingServer(credentials.keys(), priority, crypto, complete));
            return protocol;
        };
    }

    private static byte[] bytes(String user) {
        return user.getBytes(StandardCharsets.UTF_8);
    }

    private static TlsPSKExternal external(byte[] identity, PreSharedKey key, TlsCrypto crypto) {
        return new BasicTlsPSKExternal(
                identity, crypto.createSecret(key.bytes()), PRFAlgorithm.tls13_hkdf_sha256);
    }

    private static final class SharingClient extends PSKTlsClient {
        private final byte[] user;
        private final PreSharedKey key;
        private final TlsPriority priority;
        private final Runnable complete;

        private SharingClient(
                io.vmferry.machine.tls.TlsCredentials.PreShared credentials,
                TlsPriority priority,
                TlsCrypto crypto,
                Runnable complete) {
            super(
                    crypto,
                    new BasicTlsPSKIdentity(
                            bytes(credentials.username()), own(credentials).bytes()));
            this.user = bytes(credentials.username());
            this.key = own(credentials);
            this.priority = priority;
            this.complete = complete;
        }

        private static PreSharedKey own(
                io.vmferry.machine.tls.TlsCredentials.PreShared credentials) {
            return credentials.keys().values().iterator().next();
        }

        @Override
        protected ProtocolVersion[] getSupportedVersions() {
            return BouncySuites.versions(priority);
        }

        @Override
        protected int[] getSupportedCipherSuites() {
            return BouncySuites.preShared(priority);
        }

        @Override
        public TlsAuthentication getAuthentication() throws IOException {
            throw HandshakeFailure.insufficientCredentials();
        }

        @Override
        public Vector<TlsPSKExternal> getExternalPSKs() {
            Vector<TlsPSKExternal> keys = new Vector<>();
            keys.add(external(user, key, getCrypto()));
            return keys;
        }

        @Override
        public short[] getPskKeyExchangeModes() {
            return new short[] {PskKeyExchangeMode.psk_dhe_ke};
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

    private static final class SharingServer extends PSKTlsServer {
        private final Map<String, PreSharedKey> keys;
        private final TlsPriority priority;
        private final Runnable complete;

        private SharingServer(
                Map<String, PreSharedKey> keys,
                TlsPriority priority,
                TlsCrypto crypto,
                Runnable complete) {
            super(crypto, manager(keys));
            this.keys = keys;
            this.priority = priority;
            this.complete = complete;
        }

        private static TlsPSKIdentityManager manager(Map<String, PreSharedKey> keys) {
            return new TlsPSKIdentityManager() {
                @Override
                public byte @Nullable [] getHint() {
                    return null;
                }

                @Override
                public byte @Nullable [] getPSK(byte[] identity) {
                    PreSharedKey key = keys.get(new String(identity, StandardCharsets.UTF_8));
                    return key == null ? null : key.bytes();
                }
            };
        }

        @Override
        protected ProtocolVersion[] getSupportedVersions() {
            return BouncySuites.versions(priority);
        }

        @Override
        protected int[] getSupportedCipherSuites() {
            return BouncySuites.preShared(priority);
        }

        @Override
        protected boolean preferLocalCipherSuites() {
            return true;
        }

        @Override
        public TlsCredentials getCredentials() throws TlsFatalAlert {
            if (context.getSecurityParametersHandshake().getNegotiatedVersion() == null) {
                throw new TlsFatalAlert(AlertDescription.internal_error);
            }
            return noCredentials();
        }

        @SuppressWarnings("NullAway") // what the library takes for none
        private static TlsCredentials noCredentials() {
            return null;
        }

        @Override
        @SuppressWarnings({"NullAway", "rawtypes"}) // what the library takes for none
        public TlsPSKExternal getExternalPSK(Vector identities) {
            for (Object offered : identities) {
                byte[] identity = ((PskIdentity) offered).getIdentity();
                PreSharedKey key = keys.get(new String(identity, StandardCharsets.UTF_8));
                if (key != null) {
                    return external(Arrays.copyOf(identity, identity.length), key, getCrypto());
                }
            }
            return null;
        }

        @Override
        public short[] getPskKeyExchangeModes() {
            return new short[] {PskKeyExchangeMode.psk_dhe_ke};
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
