package io.vmferry.machine.tls;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The check of a peer's certificate after the handshake, in QEMU's order and words.
 *
 * @param credentials own ones, with the trusted issuers
 * @param host whom a client has connected to
 * @param authorization who is allowed, if that is asked
 */
record PeerCheck(
        TlsCredentials.X509 credentials,
        Optional<String> host,
        Optional<PeerAuthorization> authorization) {

    /**
     * Checks a chain.
     *
     * @param chain empty for a peer that has shown none
     */
    void check(List<X509Certificate> chain, Instant now) throws TlsException {
        if (!credentials.verifyPeer()) {
            return;
        }
        if (chain.isEmpty()) {
            throw new TlsException("Verify failed: No certificate was found.");
        }
        Optional<String> refusal =
                new CertificateVerdict(credentials.authorities(), credentials.revoked(), now)
                        .refusal(chain);
        if (refusal.isPresent()) {
            throw new TlsException(refusal.get());
        }
        checkTimes(chain, now);
        checkName(chain.getFirst());
    }

    private static void checkTimes(List<X509Certificate> chain, Instant now) throws TlsException {
        for (X509Certificate certificate : chain) {
            if (certificate.getNotAfter().toInstant().isBefore(now)) {
                throw new TlsException("The certificate has expired");
            }
            if (certificate.getNotBefore().toInstant().isAfter(now)) {
                throw new TlsException("The certificate is not yet activated");
            }
        }
    }

    private void checkName(X509Certificate certificate) throws TlsException {
        if (authorization.isPresent()) {
            String name = DistinguishedName.of(certificate);
            try {
                if (!authorization.get().allows(name)) {
                    throw new TlsException("TLS x509 authz check for %s is denied".formatted(name));
                }
            } catch (CredentialsException e) {
                throw new TlsException(String.valueOf(e.getMessage()));
            }
        }
        if (host.isPresent()) {
            if (!HostNames.match(certificate, host.get())) {
                throw new TlsException("Certificate does not match the hostname " + host.get());
            }
        } else if (credentials.endpoint() == TlsEndpoint.CLIENT) {
            throw new TlsException("No hostname for certificate validation");
        }
    }
}
