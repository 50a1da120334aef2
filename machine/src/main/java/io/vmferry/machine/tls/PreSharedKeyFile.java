package io.vmferry.machine.tls;

import io.vmferry.machine.tls.TlsCredentials.PreSharedKey;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;
import java.io.IOException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Loads the pre-shared keys of a folder: the file {@code keys.psk}, of lines {@code user:hexkey}.
 * Blocks on the disk.
 *
 * @param username whom a client is; empty for {@value #DEFAULT_USER}
 */
public record PreSharedKeyFile(
        Profile profile, TlsEndpoint endpoint, Optional<String> dir, Optional<String> username) {

    private static final String FILE = "keys.psk";
    private static final String DEFAULT_USER = "qemu";

    /** Loads the keys: a client's own, or all of a server's. */
    public TlsCredentials.PreShared load(Optional<String> priority) throws CredentialsException {
        if (profile.has(Trait.CREDENTIALS_OF_CHAINS) && dir.isEmpty()) {
            // before the username since then
            throw CredentialFiles.missing();
        }
        if (endpoint == TlsEndpoint.SERVER && username.isPresent()) {
            throw new CredentialsException("username should not be set when endpoint=server");
        }
        String file = CredentialFiles.in(dir, profile).required(FILE);
        if (endpoint == TlsEndpoint.SERVER && !CredentialFiles.readable(file)) {
            throw new CredentialsException(
                    "Cannot set PSK server credentials: " + CredentialFiles.UNREADABLE);
        }
        Map<String, String> lines = lines(file);
        if (endpoint == TlsEndpoint.SERVER) {
            Map<String, PreSharedKey> keys = new HashMap<>();
            lines.forEach((user, text) -> key(text).ifPresent(key -> keys.put(user, key)));
            return new TlsCredentials.PreShared(endpoint, priority, DEFAULT_USER, keys);
        }
        String user = username.orElse(DEFAULT_USER);
        if (!lines.containsKey(user)) {
            throw new CredentialsException(
                    "Username %s not found in PSK file %s".formatted(user, file));
        }
        PreSharedKey own =
                key(lines.getOrDefault(user, ""))
                        .orElseThrow(() ->
                                new CredentialsException(
                                        "Cannot set PSK client credentials: Error in parsing."));
        return new TlsCredentials.PreShared(endpoint, priority, user, Map.of(user, own));
    }

    private static Map<String, String> lines(String file) throws CredentialsException {
        Map<String, String> lines = new LinkedHashMap<>();
        try {
            CredentialFiles.read(file)
                    .lines()
                    .map(line -> line.split(":", 2))
                    .filter(parts -> parts.length == 2)
                    .forEach(parts -> lines.putIfAbsent(parts[0], parts[1]));
        } catch (IOException e) {
            throw new CredentialsException(
                    "Cannot read PSK file %s: %s"
                            .formatted(file, CredentialFiles.unopened(file, e)));
        }
        return lines;
    }

    private static Optional<PreSharedKey> key(String text) {
        try {
            byte[] bytes = HexFormat.of().parseHex(text.strip());
            return bytes.length == 0 ? Optional.empty() : Optional.of(new PreSharedKey(bytes));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
