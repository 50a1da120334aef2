package io.vmferry.machine.tls;

import io.vmferry.machine.tls.TlsCredentials.TlsIdentity;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Shows the own certificate of the type that the peer can use. As GnuTLS, a client shows none to a
 * server that names issuers of which none is its own.
 */
final class OwnIdentities extends X509ExtendedKeyManager {

    private final List<TlsIdentity> identities;

    OwnIdentities(List<TlsIdentity> identities) {
        this.identities = identities;
    }

    private @Nullable String alias(Principal @Nullable [] issuers, String... keyTypes) {
        for (int i = 0; i < identities.size(); i++) {
            TlsIdentity identity = identities.get(i);
            if (isOfType(identity, keyTypes) && isKnown(identity, issuers)) {
                return Integer.toString(i);
            }
        }
        return null;
    }

    private static boolean isOfType(TlsIdentity identity, String... keyTypes) {
        String algorithm = identity.key().getAlgorithm();
        return Arrays.stream(keyTypes)
                .map(type -> type.startsWith("EC") ? "EC" : type)
                .anyMatch(type -> type.equals(algorithm) || type.equals(curve(identity)));
    }

    private static String curve(TlsIdentity identity) {
        return identity.chain().getFirst().getPublicKey().getAlgorithm();
    }

    private static boolean isKnown(TlsIdentity identity, Principal @Nullable [] issuers) {
        if (issuers == null || issuers.length == 0) {
            return true;
        }
        return identity.chain().stream()
                .anyMatch(one -> Arrays.asList(issuers).contains(one.getIssuerX500Principal()));
    }

    private Optional<TlsIdentity> of(@Nullable String alias) {
        return alias == null
                ? Optional.empty()
                : Optional.of(identities.get(Integer.parseInt(alias)));
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, SSLEngine engine) {
        return alias(issuers, keyTypes);
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
        return alias(null, keyType);
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return alias(issuers, keyTypes);
    }

    @Override
    public @Nullable String chooseServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return alias(null, keyType);
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        return of(alias)
                .map(identity -> identity.chain().toArray(X509Certificate[]::new))
                .orElse(null);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        return of(alias).map(TlsIdentity::key).orElse(null);
    }
}
