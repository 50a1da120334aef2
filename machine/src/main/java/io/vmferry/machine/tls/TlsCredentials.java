package io.vmferry.machine.tls;

import java.security.PrivateKey;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Credentials of one end of TLS sessions. Immutable; no text of one shows a secret. */
public sealed interface TlsCredentials {

    /** The end that they are for. */
    TlsEndpoint endpoint();

    /** The GnuTLS priority string, as given; empty for the default. */
    Optional<String> priority();

    /**
     * Certificates.
     *
     * @param verifyPeer whether the peer's certificate is checked
     * @param identities own certificates, possibly none at a client
     * @param authorities trusted issuers
     * @param revoked lists of revoked certificates
     */
    record X509(
            TlsEndpoint endpoint,
            Optional<String> priority,
            boolean verifyPeer,
            List<TlsIdentity> identities,
            List<X509Certificate> authorities,
            List<X509CRL> revoked)
            implements TlsCredentials {

        /** Copies the lists. */
        public X509 {
            identities = List.copyOf(identities);
            authorities = List.copyOf(authorities);
            revoked = List.copyOf(revoked);
        }
    }

    /**
     * Pre-shared keys.
     *
     * @param username whom a client is; the only one in {@code keys}
     * @param keys by user
     */
    record PreShared(
            TlsEndpoint endpoint,
            Optional<String> priority,
            String username,
            Map<String, PreSharedKey> keys)
            implements TlsCredentials {

        /** Copies the keys. */
        public PreShared {
            keys = Map.copyOf(keys);
        }
    }

    /** Nothing to prove: encryption without authentication. */
    record Anonymous(TlsEndpoint endpoint, Optional<String> priority) implements TlsCredentials {}

    /**
     * A certificate with its key.
     *
     * @param chain beginning with the certificate of the key
     */
    record TlsIdentity(List<X509Certificate> chain, PrivateKey key) {

        /** Copies the chain. */
        public TlsIdentity {
            chain = List.copyOf(chain);
        }

        @Override
        public String toString() {
            return chain.getFirst().getSubjectX500Principal().getName();
        }
    }

    /** A secret of both ends, which no text shows. */
    final class PreSharedKey {

        private final byte[] bytes;

        /** A copy of these bytes. */
        public PreSharedKey(byte[] bytes) {
            this.bytes = bytes.clone();
        }

        /** A copy of the bytes. */
        byte[] bytes() {
            return bytes.clone();
        }

        @Override
        public String toString() {
            return "a key";
        }
    }
}
