package io.vmferry.machine.tls;

import io.vmferry.machine.tls.TlsCredentials.TlsIdentity;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The files of own certificates and their keys: {@code server-cert.pem} and {@code server-key.pem},
 * or those of a client. QEMU 10.2 takes chains, further pairs with a number, and has words of its
 * own for what is wrong with them.
 */
record IdentityFiles(X509Files wanted, CredentialFiles files) {

    private String certificateName(String number) {
        return "%s-cert%s.pem".formatted(wanted.endpoint().text(), number);
    }

    private String keyName(String number) {
        return "%s-key%s.pem".formatted(wanted.endpoint().text(), number);
    }

    // ---- until 10.0

    /** The file of the certificate, which a server has to have with its key. */
    Optional<String> certificateOfOld() throws CredentialsException {
        if (wanted.endpoint() == TlsEndpoint.SERVER) {
            String certificate = files.required(certificateName(""));
            files.required(keyName(""));
            return readable(certificate);
        }
        Optional<String> certificate = files.optional(certificateName(""));
        files.optional(keyName(""));
        return certificate.flatMap(IdentityFiles::readable);
    }

    private static Optional<String> readable(String file) {
        return CredentialFiles.readable(file) ? Optional.of(file) : Optional.empty();
    }

    /** The certificate with its key, if both are there. */
    Optional<TlsIdentity> ofOld(Optional<List<X509Certificate>> chain) throws CredentialsException {
        Optional<String> file = files.optional(certificateName(""));
        Optional<String> keyFile = files.optional(keyName(""));
        if (file.isEmpty() || keyFile.isEmpty()) {
            return Optional.empty();
        }
        try {
            if (chain.isEmpty()) {
                throw new IOException("Permission denied");
            }
            PrivateKey key = wanted.key(keyFile.get());
            return Optional.of(
                    fitting(
                            chain.get(),
                            key,
                            "Cannot load certificate",
                            file.get(),
                            keyFile.get()));
        } catch (IOException e) {
            throw unloadable(file.get(), keyFile.get(), CredentialFiles.UNREADABLE);
        } catch (GeneralSecurityException e) {
            throw unloadable(file.get(), keyFile.get(), "The requested data were not available.");
        }
    }

    private static CredentialsException unloadable(String file, String keyFile, String why) {
        return new CredentialsException(
                "Cannot load certificate '%s' & key '%s': %s".formatted(file, keyFile, why));
    }

    private static TlsIdentity fitting(
            List<X509Certificate> chain, PrivateKey key, String what, String file, String keyFile)
            throws CredentialsException {
        if (!PrivateKeys.fit(key, chain.getFirst().getPublicKey())) {
            throw new CredentialsException(
                    "%s '%s' & key '%s': The certificate and the given key do not match."
                            .formatted(what, file, keyFile));
        }
        return new TlsIdentity(chain, key);
    }

    // ---- since 10.2

    /**
     * All certificates with their keys.
     *
     * @param more how many may have a number
     */
    List<TlsIdentity> all(int more) throws CredentialsException {
        List<TlsIdentity> all = new ArrayList<>();
        one("").ifPresent(all::add);
        for (int number = 0; number < more; number++) {
            Optional<TlsIdentity> next = one("-" + number);
            if (next.isEmpty()) {
                break;
            }
            all.add(next.get());
        }
        if (all.isEmpty() && wanted.endpoint() == TlsEndpoint.SERVER) {
            throw new CredentialsException(
                    "Missing server cert '%s' & key '%s'"
                            .formatted(files.path(certificateName("")), files.path(keyName(""))));
        }
        return all;
    }

    private Optional<TlsIdentity> one(String number) throws CredentialsException {
        Optional<String> file = files.optional(certificateName(number));
        Optional<String> keyFile = files.optional(keyName(number));
        if (file.isEmpty() && keyFile.isEmpty()) {
            return Optional.empty();
        }
        if (keyFile.isEmpty()) {
            throw new CredentialsException(
                    "Cert '%s' without corresponding key '%s'"
                            .formatted(file.orElseThrow(), files.path(keyName(number))));
        }
        if (file.isEmpty()) {
            throw new CredentialsException(
                    "Key '%s' without corresponding cert '%s'"
                            .formatted(keyFile.get(), files.path(certificateName(number))));
        }
        List<X509Certificate> chain = wanted.ownCertificate(file.get());
        try {
            PrivateKey key = wanted.key(keyFile.get());
            return Optional.of(
                    fitting(chain, key, "Cannot set certificate", file.get(), keyFile.get()));
        } catch (IOException e) {
            throw new CredentialsException(
                    "Cannot load private key %s: %s"
                            .formatted(keyFile.get(), CredentialFiles.unopened(keyFile.get(), e)));
        } catch (GeneralSecurityException e) {
            throw new CredentialsException("Unable to import private key " + keyFile.get());
        }
    }
}
