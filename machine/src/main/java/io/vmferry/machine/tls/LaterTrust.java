package io.vmferry.machine.tls;

import java.net.Socket;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Leaves every certificate to the {@link PeerCheck} after the handshake, where QEMU checks it too:
 * so a peer that is refused sees what QEMU's would see. Nothing is read or written before that
 * check. The handshake itself still proves that the peer has the certificate's key.
 */
final class LaterTrust extends X509ExtendedTrustManager {

    private final List<X509Certificate> authorities;

    LaterTrust(List<X509Certificate> authorities) {
        this.authorities = authorities;
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return authorities.toArray(X509Certificate[]::new);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {
        // see PeerCheck
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {
        // see PeerCheck
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, @Nullable Socket socket) {
        // see PeerCheck
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable Socket socket) {
        // see PeerCheck
    }

    @Override
    public void checkClientTrusted(
            X509Certificate[] chain, String type, @Nullable SSLEngine engine) {
        // see PeerCheck
    }

    @Override
    public void checkServerTrusted(
            X509Certificate[] chain, String type, @Nullable SSLEngine engine) {
        // see PeerCheck
    }
}
