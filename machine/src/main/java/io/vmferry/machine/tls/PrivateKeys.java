package io.vmferry.machine.tls;

import io.vmferry.machine.tls.PemFile.PemBlock;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/** Reads private keys of the PEM forms that GnuTLS and OpenSSL write. */
final class PrivateKeys {

    private static final String PKCS8 = "PRIVATE KEY";
    private static final String ENCRYPTED = "ENCRYPTED PRIVATE KEY";
    private static final String RSA = "RSA PRIVATE KEY";
    private static final String EC = "EC PRIVATE KEY";

    private PrivateKeys() {}

    /**
     * The first key of a file.
     *
     * @param password for a key that is encrypted
     * @throws GeneralSecurityException if there is none that can be read
     */
    static PrivateKey read(String text, Optional<String> password) throws GeneralSecurityException {
        PemBlock block =
                PemFile.parse(text).of(PKCS8, ENCRYPTED, RSA, EC).stream()
                        .findFirst()
                        .orElseThrow(() -> new GeneralSecurityException("There is no key"));
        try {
            return switch (block.label()) {
                case RSA -> plain(rsa(block.content()));
                case EC -> plain(ec(block.content()));
                case ENCRYPTED -> plain(decrypted(block.content(), password));
                default -> plain(block.content());
            };
        } catch (IOException | IllegalArgumentException | IllegalStateException e) {
            throw new GeneralSecurityException(e);
        }
    }

    private static PrivateKey plain(byte[] encoded) throws GeneralSecurityException {
        ASN1ObjectIdentifier algorithm =
                PrivateKeyInfo.getInstance(encoded).getPrivateKeyAlgorithm().getAlgorithm();
        // the JDK knows the curves of Edwards by their identifiers
        String name =
                algorithm.equals(X9ObjectIdentifiers.id_ecPublicKey)
                        ? "EC"
                        : algorithm.equals(PKCSObjectIdentifiers.rsaEncryption)
                                ? "RSA"
                                : algorithm.getId();
        return KeyFactory.getInstance(name).generatePrivate(new PKCS8EncodedKeySpec(encoded));
    }

    private static byte[] rsa(byte[] encoded) throws IOException {
        return new PrivateKeyInfo(
                        new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption),
                        org.bouncycastle.asn1.pkcs.RSAPrivateKey.getInstance(encoded))
                .getEncoded();
    }

    private static byte[] ec(byte[] encoded) throws IOException {
        ECPrivateKey key = ECPrivateKey.getInstance(encoded);
        return new PrivateKeyInfo(
                        new AlgorithmIdentifier(
                                X9ObjectIdentifiers.id_ecPublicKey, key.getParametersObject()),
                        key)
                .getEncoded();
    }

    private static byte[] decrypted(byte[] encoded, Optional<String> password)
            throws IOException, GeneralSecurityException {
        if (password.isEmpty()) {
            throw new GeneralSecurityException("The key is encrypted");
        }
        EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(encoded);
        String algorithm =
                info.getAlgName().equals("PBES2")
                        ? String.valueOf(info.getAlgParameters())
                        : info.getAlgName();
        var secret =
                SecretKeyFactory.getInstance(algorithm)
                        .generateSecret(new PBEKeySpec(password.get().toCharArray()));
        Cipher cipher = Cipher.getInstance(algorithm);
        cipher.init(Cipher.DECRYPT_MODE, secret, info.getAlgParameters());
        return cipher.doFinal(info.getEncryptedData());
    }

    /** Whether a private and a public key are a pair: what one signs the other verifies. */
    static boolean fit(PrivateKey key, PublicKey certified) {
        String algorithm =
                switch (key.getAlgorithm()) {
                    case "RSA", "RSASSA-PSS" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> "EdDSA";
                };
        byte[] text = {1, 2, 3};
        try {
            Signature signing = Signature.getInstance(algorithm);
            signing.initSign(key);
            signing.update(text);
            byte[] signature = signing.sign();
            Signature verifying = Signature.getInstance(algorithm);
            verifying.initVerify(certified);
            verifying.update(text);
            return verifying.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
