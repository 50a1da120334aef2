package io.vmferry.machine.tls;

import io.vmferry.machine.tls.PemFile.PemBlock;
import io.vmferry.machine.tls.TlsCredentials.TlsIdentity;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Loads the certificates of a folder. Blocks on the disk, and checks keys for milliseconds.
 *
 * @param password of the private key, if it is encrypted
 * @param sanityCheck whether own certificates are checked
 */
public record X509Files(
        Profile profile,
        TlsEndpoint endpoint,
        Optional<String> dir,
        Optional<String> password,
        boolean sanityCheck) {

    private static final String AUTHORITIES = "ca-cert.pem";
    private static final String REVOKED = "ca-crl.pem";
    private static final String NO_CERTIFICATE = "No certificate was found.";

    /** Certificates beyond the first one, since 10.2. */
    private static final int MORE_IDENTITIES = 10;

    /**
     * Loads and checks the files.
     *
     * @param verifyPeer whether peers have to show a certificate
     */
    public TlsCredentials.X509 load(Optional<String> priority, boolean verifyPeer)
            throws CredentialsException {
        CredentialFiles files = CredentialFiles.in(dir, profile);
        String authorityFile = files.required(AUTHORITIES);
        List<TlsIdentity> identities = new ArrayList<>();
        List<X509Certificate> authorities;
        Optional<String> crl = Optional.empty();
        if (profile.has(Trait.CREDENTIALS_OF_CHAINS)) {
            authorities = authorities(authorityFile);
            identities.addAll(new IdentityFiles(this, files).all(MORE_IDENTITIES));
            crl = ofServer(files);
            for (TlsIdentity identity : identities) {
                check(identity.chain(), files, authorities, authorityFile);
            }
        } else {
            crl = ofServer(files);
            Optional<String> file = new IdentityFiles(this, files).certificateOfOld();
            Optional<List<X509Certificate>> chain =
                    file.isPresent() ? Optional.of(ownCertificate(file.get())) : Optional.empty();
            authorities = authorities(authorityFile);
            check(chain.orElse(List.of()), files, authorities, authorityFile);
            new IdentityFiles(this, files).ofOld(chain).ifPresent(identities::add);
        }
        List<X509CRL> revoked = crl.isPresent() ? revoked(crl.get()) : List.of();
        return new TlsCredentials.X509(
                endpoint, priority, verifyPeer, identities, authorities, revoked);
    }

    private Optional<String> ofServer(CredentialFiles files) throws CredentialsException {
        return endpoint == TlsEndpoint.SERVER ? files.optional(REVOKED) : Optional.empty();
    }

    private void check(
            List<X509Certificate> chain,
            CredentialFiles files,
            List<X509Certificate> authorities,
            String authorityFile)
            throws CredentialsException {
        if (sanityCheck) {
            new CertificateSanity(profile, endpoint, Instant.now())
                    .check(
                            chain,
                            files.path(endpoint.text() + "-cert.pem"),
                            authorities,
                            authorityFile);
        }
    }

    private List<X509Certificate> authorities(String file) throws CredentialsException {
        if (!CredentialFiles.readable(file)) {
            throw new CredentialsException(
                    "Cannot load CA certificate '%s': %s"
                            .formatted(file, CredentialFiles.UNREADABLE));
        }
        List<X509Certificate> found = certificates(file);
        if (found.isEmpty()) {
            throw new CredentialsException(
                    profile.has(Trait.CREDENTIALS_OF_CHAINS)
                            ? "Unable to import certificate %s: %s".formatted(file, NO_CERTIFICATE)
                            : "Unable to import CA certificate list " + file);
        }
        return found;
    }

    /** The own certificate of a file, with the rest of its chain. */
    List<X509Certificate> ownCertificate(String file) throws CredentialsException {
        List<X509Certificate> found = certificates(file);
        if (found.isEmpty()) {
            throw new CredentialsException(
                    profile.has(Trait.CREDENTIALS_OF_CHAINS)
                            ? "Unable to import certificate %s: %s".formatted(file, NO_CERTIFICATE)
                            : "Unable to import %s certificate %s: Base64 unexpected header error."
                                    .formatted(endpoint.text(), file));
        }
        return found;
    }

    private static List<X509Certificate> certificates(String file) throws CredentialsException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (PemBlock block : read(file, "CERTIFICATE", "X509 CERTIFICATE")) {
            try {
                certificates.add(
                        (X509Certificate)
                                CertificateFactory.getInstance("X.509")
                                        .generateCertificate(
                                                new ByteArrayInputStream(block.content())));
            } catch (CertificateException e) {
                return List.of();
            }
        }
        return certificates;
    }

    private static List<PemBlock> read(String file, String... labels) throws CredentialsException {
        try {
            return PemFile.parse(CredentialFiles.read(file)).of(labels);
        } catch (IOException e) {
            throw new CredentialsException(
                    "Cannot load CA cert list %s: %s"
                            .formatted(file, CredentialFiles.unopened(file, e)));
        }
    }

    private static List<X509CRL> revoked(String file) throws CredentialsException {
        List<X509CRL> lists = new ArrayList<>();
        try {
            for (PemBlock block : read(file, "X509 CRL")) {
                lists.add(
                        (X509CRL)
                                CertificateFactory.getInstance("X.509")
                                        .generateCRL(new ByteArrayInputStream(block.content())));
            }
        } catch (GeneralSecurityException e) {
            throw new CredentialsException(
                    "Cannot load CRL '%s': ASN1 parser: Error in DER parsing.".formatted(file));
        }
        if (lists.isEmpty()) {
            throw new CredentialsException(
                    "Cannot load CRL '%s': Base64 unexpected header error.".formatted(file));
        }
        return lists;
    }

    /**
     * Reads the key of a certificate.
     *
     * @throws GeneralSecurityException if there is none
     * @throws IOException if the file cannot be read
     */
    PrivateKey key(String file) throws GeneralSecurityException, IOException {
        return PrivateKeys.read(CredentialFiles.read(file), password);
    }
}
