import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;

/**
 * Writes the keys and certificates of a store as QEMU's TLS credentials have them: {@code java
 * PemFiles.java STORE FOLDER}, with the store's password in the environment.
 */
final class PemFiles {

    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

    private PemFiles() {}

    public static void main(String[] args) throws IOException, GeneralSecurityException {
        char[] password = System.getenv("VMFERRY_STORE_PASSWORD").toCharArray();
        KeyStore store = KeyStore.getInstance(Path.of(args[0]).toFile(), password);
        Path folder = Path.of(args[1]);
        write(folder.resolve("ca-cert.pem"), "CERTIFICATE", store.getCertificate("ca").getEncoded());
        for (String end : new String[] {"server", "client"}) {
            write(
                    folder.resolve(end + "-cert.pem"),
                    "CERTIFICATE",
                    store.getCertificate(end).getEncoded());
            write(
                    folder.resolve(end + "-key.pem"),
                    "PRIVATE KEY",
                    store.getKey(end, password).getEncoded());
        }
    }

    private static void write(Path file, String label, byte[] content) throws IOException {
        Files.writeString(
                file,
                "-----BEGIN %s-----%n%s%n-----END %s-----%n"
                        .formatted(label, LINES.encodeToString(content), label));
    }
}
