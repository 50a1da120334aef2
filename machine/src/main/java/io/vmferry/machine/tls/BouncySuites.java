package io.vmferry.machine.tls;

import io.vmferry.machine.tls.TlsPriority.TlsCipherKind;
import io.vmferry.machine.tls.TlsPriority.TlsVersion;
import java.util.List;
import java.util.stream.IntStream;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.ProtocolVersion;

/** What Bouncy Castle calls the versions and ciphers of a priority. */
final class BouncySuites {

    private BouncySuites() {}

    static ProtocolVersion[] versions(TlsPriority priority) {
        return priority.protocols().stream()
                .map(version ->
                        switch (version) {
                            case TLS_1_3 -> ProtocolVersion.TLSv13;
                            case TLS_1_2 -> ProtocolVersion.TLSv12;
                        })
                .toArray(ProtocolVersion[]::new);
    }

    /** The suites of sessions with a pre-shared key, whose hash is SHA-256 in TLS 1.3. */
    static int[] preShared(TlsPriority priority) {
        IntStream.Builder suites = IntStream.builder();
        List<TlsVersion> versions = priority.protocols();
        for (TlsCipherKind cipher : priority.ciphers()) {
            if (versions.contains(TlsVersion.TLS_1_3)) {
                switch (cipher) {
                    case AES_128_GCM -> suites.add(CipherSuite.TLS_AES_128_GCM_SHA256);
                    case CHACHA20_POLY1305 -> suites.add(CipherSuite.TLS_CHACHA20_POLY1305_SHA256);
                    case AES_256_GCM -> {
                        // its hash is another one
                    }
                }
            }
            if (versions.contains(TlsVersion.TLS_1_2)) {
                preSharedOld(cipher).forEach(suites::add);
            }
        }
        return sorted(suites);
    }

    private static IntStream preSharedOld(TlsCipherKind cipher) {
        return switch (cipher) {
            case AES_128_GCM ->
                    IntStream.of(
                            CipherSuite.TLS_DHE_PSK_WITH_AES_128_GCM_SHA256,
                            CipherSuite.TLS_PSK_WITH_AES_128_GCM_SHA256);
            case AES_256_GCM ->
                    IntStream.of(
                            CipherSuite.TLS_DHE_PSK_WITH_AES_256_GCM_SHA384,
                            CipherSuite.TLS_PSK_WITH_AES_256_GCM_SHA384);
            case CHACHA20_POLY1305 ->
                    IntStream.of(CipherSuite.TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256);
        };
    }

    /** In Java without a second compiler ChaCha20 is twice as fast as AES. */
    private static int[] sorted(IntStream.Builder suites) {
        int[] all = suites.build().toArray();
        return IntStream.concat(
                        IntStream.of(all).filter(BouncySuites::isFast),
                        IntStream.of(all).filter(suite -> !isFast(suite)))
                .toArray();
    }

    private static boolean isFast(int suite) {
        return suite == CipherSuite.TLS_CHACHA20_POLY1305_SHA256
                || suite == CipherSuite.TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256;
    }

    /** The suites of anonymous sessions, which TLS 1.3 has not. */
    static int[] anonymous(TlsPriority priority) {
        return priority.ciphers().stream()
                .filter(cipher -> cipher != TlsCipherKind.CHACHA20_POLY1305)
                .mapToInt(cipher ->
                        cipher == TlsCipherKind.AES_256_GCM
                                ? CipherSuite.TLS_DH_anon_WITH_AES_256_GCM_SHA384
                                : CipherSuite.TLS_DH_anon_WITH_AES_128_GCM_SHA256)
                .toArray();
    }
}
