package io.vmferry.machine.tls;

import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * The checks of own certificates when credentials are made, in QEMU's order and words.
 *
 * @param endpoint what the certificates are to be used at
 * @param now the time that counts
 */
record CertificateSanity(Profile profile, TlsEndpoint endpoint, Instant now) {

    private static final String BASIC_CONSTRAINTS = "2.5.29.19";
    private static final String KEY_USAGE = "2.5.29.15";
    private static final String EXTENDED_KEY_USAGE = "2.5.29.37";
    private static final String PURPOSE_SERVER = "1.3.6.1.5.5.7.3.1";
    private static final String PURPOSE_CLIENT = "1.3.6.1.5.5.7.3.2";
    private static final String PURPOSE_ANY = "2.5.29.37.0";

    private static final int SIGNATURE = 0;
    private static final int ENCIPHERMENT = 2;
    private static final int CERTIFICATE_SIGNING = 5;

    /**
     * Checks a chain against its authorities.
     *
     * @param file of the chain
     * @param authorityFile of the authorities
     */
    void check(
            List<X509Certificate> chain,
            String file,
            List<X509Certificate> authorities,
            String authorityFile)
            throws CredentialsException {
        boolean several = profile.has(Trait.CREDENTIALS_OF_CHAINS);
        for (int i = 0; i < (several ? chain.size() : Math.min(chain.size(), 1)); i++) {
            one(chain.get(i), file, i > 0);
        }
        if (several) {
            followIssuers(chain, authorities, authorityFile);
        } else {
            for (X509Certificate authority : authorities) {
                one(authority, authorityFile, true);
            }
        }
        if (chain.isEmpty() || authorities.isEmpty()) {
            return;
        }
        var refusal =
                new CertificateVerdict(authorities, List.of(), now)
                        .refusal(several ? chain : List.of(chain.getFirst()));
        if (refusal.isPresent()) {
            throw new CredentialsException(
                    "Our own certificate %s failed validation against %s: %s"
                            .formatted(file, authorityFile, refusal.get()));
        }
    }

    /** Only the authorities that a chain leads to are checked. */
    private void followIssuers(
            List<X509Certificate> chain, List<X509Certificate> authorities, String authorityFile)
            throws CredentialsException {
        if (chain.isEmpty()) {
            return;
        }
        X509Certificate current = chain.getLast();
        while (!isSelfSigned(current)) {
            var issuer = CertificateVerdict.issuerOf(current, authorities);
            if (issuer.isEmpty()) {
                throw new CredentialsException(
                        "Cert '%s' has no issuer in CA chain"
                                .formatted(DistinguishedName.of(current)));
            }
            one(issuer.get(), authorityFile, true);
            current = issuer.get();
        }
    }

    private static boolean isSelfSigned(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
    }

    private void one(X509Certificate certificate, String file, boolean authority)
            throws CredentialsException {
        times(certificate, file, authority);
        constraints(certificate, file, authority);
        usage(certificate, file, authority);
        if (!authority) {
            purpose(certificate, file);
        }
    }

    private void times(X509Certificate certificate, String file, boolean authority)
            throws CredentialsException {
        String what = "The %s certificate %s".formatted(authority ? "CA" : endpoint.text(), file);
        if (certificate.getNotAfter().toInstant().isBefore(now)) {
            throw new CredentialsException(what + " has expired");
        }
        if (certificate.getNotBefore().toInstant().isAfter(now)) {
            throw new CredentialsException(what + " is not yet active");
        }
    }

    private void constraints(X509Certificate certificate, String file, boolean authority)
            throws CredentialsException {
        boolean shown = certificate.getExtensionValue(BASIC_CONSTRAINTS) != null;
        boolean isAuthority = certificate.getBasicConstraints() >= 0;
        if (isAuthority && !authority) {
            throw new CredentialsException(
                    "The certificate %s basic constraints show a CA, but we need one for a %s"
                            .formatted(file, endpoint.text()));
        }
        if (authority && !shown) {
            throw new CredentialsException(
                    "The certificate %s is missing basic constraints for a CA".formatted(file));
        }
        if (authority && !isAuthority) {
            throw new CredentialsException(
                    "The certificate %s basic constraints do not show a CA".formatted(file));
        }
    }

    private void usage(X509Certificate certificate, String file, boolean authority)
            throws CredentialsException {
        boolean[] usage = certificate.getKeyUsage();
        if (usage == null || !isCritical(certificate, KEY_USAGE)) {
            return;
        }
        if (authority) {
            require(usage[CERTIFICATE_SIGNING], file, "certificate signing");
            return;
        }
        require(usage[SIGNATURE], file, "digital signature");
        if (!profile.has(Trait.CREDENTIALS_OF_CHAINS)) {
            require(usage[ENCIPHERMENT], file, "key encipherment");
        }
    }

    private static void require(boolean permitted, String file, String use)
            throws CredentialsException {
        if (!permitted) {
            throw new CredentialsException(
                    "Certificate %s usage does not permit %s".formatted(file, use));
        }
    }

    private void purpose(X509Certificate certificate, String file) throws CredentialsException {
        String wanted = endpoint == TlsEndpoint.SERVER ? PURPOSE_SERVER : PURPOSE_CLIENT;
        try {
            List<String> purposes = certificate.getExtendedKeyUsage();
            boolean allowed =
                    purposes == null || purposes.contains(wanted) || purposes.contains(PURPOSE_ANY);
            if (!allowed && isCritical(certificate, EXTENDED_KEY_USAGE)) {
                throw new CredentialsException(
                        "Certificate %s purpose does not allow use with a TLS %s"
                                .formatted(file, endpoint.text()));
            }
        } catch (CertificateParsingException e) {
            throw new CredentialsException(
                    "Unable to query certificate %s key purpose: ASN1 parser: Error in DER parsing."
                            .formatted(file));
        }
    }

    private static boolean isCritical(X509Certificate certificate, String extension) {
        Set<String> critical = certificate.getCriticalExtensionOIDs();
        return critical != null && critical.contains(extension);
    }
}
