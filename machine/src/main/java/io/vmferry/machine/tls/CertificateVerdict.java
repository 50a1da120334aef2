package io.vmferry.machine.tls;

import java.security.GeneralSecurityException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Checks a chain of certificates against trusted issuers, as GnuTLS does for QEMU: every signature,
 * date, authority and revocation, and no weak algorithm.
 *
 * @param authorities trusted issuers
 * @param now the time that counts
 */
record CertificateVerdict(List<X509Certificate> authorities, List<X509CRL> revoked, Instant now) {

    private static final int MOST_ISSUERS = 16;

    private static final Set<String> WEAK =
            Set.of("MD2withRSA", "MD5withRSA", "SHA1withRSA", "SHA1withECDSA", "SHA1withDSA");

    /** Why a chain is not to be trusted, in QEMU's words; empty when it is. */
    Optional<String> refusal(List<X509Certificate> chain) {
        X509Certificate current = chain.getFirst();
        List<X509Certificate> others = chain.subList(1, chain.size());
        boolean valid = true;
        for (int steps = 0; steps < MOST_ISSUERS; steps++) {
            if (authorities.contains(current)) {
                return valid && inTime(current) ? Optional.empty() : notTrusted();
            }
            if (WEAK.contains(current.getSigAlgName())) {
                return Optional.of("The certificate uses an insecure algorithm");
            }
            if (isRevoked(current)) {
                return Optional.of("The certificate has been revoked");
            }
            valid &= inTime(current);
            Optional<X509Certificate> issuer =
                    issuerOf(current, authorities).or(of(current, others));
            if (issuer.isEmpty() || issuer.get().equals(current)) {
                return Optional.of("The certificate hasn't got a known issuer");
            }
            valid &= isAuthority(issuer.get());
            current = issuer.get();
        }
        return notTrusted();
    }

    private static Optional<String> notTrusted() {
        return Optional.of("The certificate is not trusted");
    }

    private static java.util.function.Supplier<Optional<X509Certificate>> of(
            X509Certificate certificate, List<X509Certificate> candidates) {
        return () -> issuerOf(certificate, candidates);
    }

    /** The certificate among some that has signed another one. */
    static Optional<X509Certificate> issuerOf(
            X509Certificate certificate, List<X509Certificate> candidates) {
        return candidates.stream().filter(issuer -> hasSigned(issuer, certificate)).findFirst();
    }

    private static boolean hasSigned(X509Certificate issuer, X509Certificate certificate) {
        if (!issuer.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
            return false;
        }
        try {
            certificate.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static boolean isAuthority(X509Certificate issuer) {
        return issuer.getBasicConstraints() >= 0;
    }

    private boolean inTime(X509Certificate certificate) {
        return !certificate.getNotAfter().toInstant().isBefore(now)
                && !certificate.getNotBefore().toInstant().isAfter(now);
    }

    private boolean isRevoked(X509Certificate certificate) {
        return revoked.stream()
                .filter(list ->
                        list.getIssuerX500Principal().equals(certificate.getIssuerX500Principal()))
                .filter(this::isSigned)
                .anyMatch(list -> list.isRevoked(certificate));
    }

    private boolean isSigned(X509CRL list) {
        Date issued = list.getThisUpdate();
        if (issued.toInstant().isAfter(now)) {
            return false;
        }
        for (X509Certificate authority : authorities) {
            try {
                list.verify(authority.getPublicKey());
                return true;
            } catch (GeneralSecurityException e) {
                // of another authority
            }
        }
        return false;
    }
}
