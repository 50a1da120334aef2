import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;

/**
 * Makes the file in which a JDK looks for the certificates that it trusts, out of those that the
 * machine trusts: {@code java TrustStore.java BUNDLE.pem CACERTS}.
 */
final class TrustStore {

    private TrustStore() {}

    public static void main(String[] args) throws IOException, GeneralSecurityException {
        // A JDK reads this format of its cacerts without a password, which Java's other one would need.
        KeyStore store = KeyStore.getInstance("JKS");
        store.load(null, null);
        try (InputStream bundle = Files.newInputStream(Path.of(args[0]))) {
            for (Certificate each :
                    CertificateFactory.getInstance("X.509").generateCertificates(bundle)) {
                store.setCertificateEntry("trusted-" + store.size(), each);
            }
        }
        try (OutputStream file = Files.newOutputStream(Path.of(args[1]))) {
            store.store(file, "changeit".toCharArray());
        }
    }
}
