package io.vmferry.machine.tls;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A GnuTLS priority string, as far as it can be followed: which protocols and which ciphers.
 *
 * @param protocols in the order of preference
 * @param ciphers in the order of preference
 */
record TlsPriority(List<TlsVersion> protocols, List<TlsCipherKind> ciphers) {

    private static final Set<String> BEGINNINGS =
            Set.of("NORMAL", "PERFORMANCE", "SECURE128", "PFS", "SYSTEM", "@SYSTEM");
    private static final Set<String> STRONG = Set.of("SECURE192", "SECURE256");
    private static final Set<String> ALL_VERSIONS = Set.of("VERS-ALL", "VERS-TLS-ALL");

    /** A version of TLS. */
    enum TlsVersion {
        TLS_1_3("VERS-TLS1.3", "TLSv1.3"),
        TLS_1_2("VERS-TLS1.2", "TLSv1.2");

        private final String token;
        private final String jdkName;

        TlsVersion(String token, String jdkName) {
            this.token = token;
            this.jdkName = jdkName;
        }

        String jdkName() {
            return jdkName;
        }
    }

    /** A way to encrypt. */
    enum TlsCipherKind {
        AES_256_GCM("AES-256-GCM"),
        CHACHA20_POLY1305("CHACHA20-POLY1305"),
        AES_128_GCM("AES-128-GCM");

        private final String token;

        TlsCipherKind(String token) {
            this.token = token;
        }
    }

    TlsPriority {
        protocols = List.copyOf(protocols);
        ciphers = List.copyOf(ciphers);
    }

    /**
     * Reads a priority string; without one everything is allowed.
     *
     * @throws IllegalArgumentException whose message is GnuTLS's reason, or says what cannot be
     *     followed
     */
    static TlsPriority parse(Optional<String> text) {
        List<TlsVersion> protocols = new ArrayList<>(List.of(TlsVersion.values()));
        List<TlsCipherKind> ciphers = new ArrayList<>(List.of(TlsCipherKind.values()));
        String[] words = text.orElse("NORMAL").split(":", -1);
        if (STRONG.contains(words[0])) {
            ciphers.remove(TlsCipherKind.AES_128_GCM);
        } else if (!BEGINNINGS.contains(words[0])) {
            throw new IllegalArgumentException("The request is invalid.");
        }
        for (int i = 1; i < words.length; i++) {
            follow(words[i], protocols, ciphers);
        }
        if (protocols.isEmpty() || ciphers.isEmpty()) {
            throw new IllegalArgumentException("No or insufficient priorities were set.");
        }
        return new TlsPriority(protocols, ciphers);
    }

    private static void follow(
            String word, List<TlsVersion> protocols, List<TlsCipherKind> ciphers) {
        boolean off = word.startsWith("-") || word.startsWith("!");
        if (!off && !word.startsWith("+")) {
            throw unsupported(word);
        }
        String name = word.substring(1);
        if (off && ALL_VERSIONS.contains(name)) {
            protocols.clear();
            return;
        }
        if (off && name.equals("CIPHER-ALL")) {
            ciphers.clear();
            return;
        }
        for (TlsVersion version : TlsVersion.values()) {
            if (version.token.equals(name)) {
                change(protocols, version, off);
                return;
            }
        }
        for (TlsCipherKind cipher : TlsCipherKind.values()) {
            if (cipher.token.equals(name)) {
                change(ciphers, cipher, off);
                return;
            }
        }
        if (!off || !name.matches("VERS-(TLS1\\.[01]|SSL3\\.0)")) {
            throw unsupported(word);
        }
        // versions that are never spoken here can be switched off
    }

    private static <T> void change(List<T> all, T one, boolean off) {
        all.remove(one);
        if (!off) {
            all.add(one);
        }
    }

    private static IllegalArgumentException unsupported(String word) {
        return new IllegalArgumentException(
                "'%s' cannot be followed: expected versions such as -VERS-TLS1.3 or ciphers such as -AES-128-GCM"
                        .formatted(word));
    }
}
