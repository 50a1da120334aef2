package io.vmferry.machine.objects;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.machine.net.SocketFailure;
import io.vmferry.machine.objects.UserObject.SecretObject;
import io.vmferry.machine.tls.CredentialsException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Reads the content of a {@code secret}: given or of a file, encoded and encrypted or not. */
final class SecretReading {

    private static final long MAX_BYTES = 1 << 20;
    private static final int KEY_BYTES = 32;
    private static final int BLOCK_BYTES = 16;

    private SecretReading() {}

    static SecretObject of(ObjectNode properties, ObjectStore store) throws CredentialsException {
        byte[] content =
                content(
                        ObjectMaking.text(properties, "data"),
                        ObjectMaking.text(properties, "file"));
        boolean encoded = ObjectMaking.text(properties, "format").orElse("raw").equals("base64");
        Optional<String> key = ObjectMaking.text(properties, "keyid");
        if (key.isPresent()) {
            return new SecretObject(
                    decrypted(
                            content,
                            encoded,
                            store.secret(key.get()),
                            ObjectMaking.text(properties, "iv")));
        }
        return new SecretObject(encoded ? decoded(content) : content);
    }

    private static byte[] content(Optional<String> data, Optional<String> file)
            throws CredentialsException {
        if (file.isPresent()) {
            if (data.isPresent()) {
                throw new CredentialsException("'file' and 'data' are mutually exclusive");
            }
            return read(file.get());
        }
        return data.map(text -> text.getBytes(StandardCharsets.UTF_8))
                .orElseThrow(
                        () -> new CredentialsException("Either 'file' or 'data' must be provided"));
    }

    private static byte[] read(String name) throws CredentialsException {
        try {
            Path file = Path.of(name);
            if (Files.size(file) > MAX_BYTES) {
                throw new IOException("File too large");
            }
            return Files.readAllBytes(file);
        } catch (IOException | IllegalArgumentException e) {
            throw new CredentialsException(
                    "Unable to read %s: Failed to open file “%s”: %s"
                            .formatted(name, name, SocketFailure.reason(e)));
        }
    }

    private static byte[] decoded(byte[] text) throws CredentialsException {
        try {
            return Base64.getMimeDecoder().decode(requireBase64(text));
        } catch (IllegalArgumentException e) {
            throw new CredentialsException("Base64 data contains invalid characters");
        }
    }

    /** The decoder would skip characters that are none of its own. */
    private static byte[] requireBase64(byte[] text) throws CredentialsException {
        if (!new String(text, StandardCharsets.ISO_8859_1).matches("[A-Za-z0-9+/=\\s]*")) {
            throw new CredentialsException("Base64 data contains invalid characters");
        }
        return text;
    }

    private static byte[] decrypted(
            byte[] content, boolean encoded, byte[] key, Optional<String> iv)
            throws CredentialsException {
        if (key.length != KEY_BYTES) {
            throw new CredentialsException("Key should be 32 bytes in length");
        }
        byte[] vector =
                decoded(
                        iv.orElseThrow(() ->
                                        new CredentialsException(
                                                "IV is required to decrypt secret"))
                                .getBytes(StandardCharsets.UTF_8));
        if (vector.length != BLOCK_BYTES) {
            throw new CredentialsException("IV should be 16 bytes in length not " + vector.length);
        }
        byte[] text = encoded ? decoded(content) : content;
        if (text.length == 0 || text.length % BLOCK_BYTES != 0) {
            throw new CredentialsException(
                    "Length %d must be a multiple of block size %d"
                            .formatted(text.length, BLOCK_BYTES));
        }
        try {
            Cipher cipher = Cipher.getInstance("AES/CBC/NoPadding");
            cipher.init(
                    Cipher.DECRYPT_MODE,
                    new SecretKeySpec(key, "AES"),
                    new IvParameterSpec(vector));
            return unpadded(cipher.doFinal(text));
        } catch (GeneralSecurityException e) {
            throw new CredentialsException("The secret cannot be decrypted");
        }
    }

    private static byte[] unpadded(byte[] plain) throws CredentialsException {
        int padding = plain[plain.length - 1] & 0xff;
        if (padding > BLOCK_BYTES || padding > plain.length) {
            throw new CredentialsException(
                    "Incorrect number of padding bytes (%d) found on decrypted data"
                            .formatted(padding));
        }
        return Arrays.copyOf(plain, plain.length - padding);
    }
}
