package io.vmferry.machine.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.util.ReferenceCountUtil;
import io.vmferry.machine.tls.TlsPriority.TlsCipherKind;
import java.nio.ByteBuffer;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * Sessions with certificates, in Netty's handler: by BoringSSL where its library can be loaded,
 * else by the JDK, whose ciphers are sixty times slower in a daemon without its second compiler.
 */
final class X509Context implements TlsContext {

    private static final List<String> KEY_EXCHANGES = List.of("ECDHE_ECDSA", "ECDHE_RSA");

    private final TlsCredentials.X509 credentials;
    private final Optional<SslContext> context;
    private final String refusal;

    private X509Context(
            TlsCredentials.X509 credentials, Optional<SslContext> context, String refusal) {
        this.credentials = credentials;
        this.context = context;
        this.refusal = refusal;
    }

    /** A priority that is wrong is refused when a session is made, as in QEMU. */
    static X509Context of(TlsCredentials.X509 credentials) throws CredentialsException {
        TlsPriority priority;
        try {
            priority = TlsPriority.parse(credentials.priority());
        } catch (IllegalArgumentException e) {
            return new X509Context(
                    credentials,
                    Optional.empty(),
                    "Cannot set default TLS session priority %s: %s"
                            .formatted(credentials.priority().orElse(""), e.getMessage()));
        }
        try {
            return new X509Context(credentials, Optional.of(context(credentials, priority)), "");
        } catch (SSLException e) {
            throw new CredentialsException(
                    "Cannot allocate credentials: '%s'".formatted(e.getMessage()));
        }
    }

    private static SslContext context(TlsCredentials.X509 credentials, TlsPriority priority)
            throws SSLException {
        OwnIdentities own = new OwnIdentities(credentials.identities());
        boolean client = credentials.endpoint() == TlsEndpoint.CLIENT;
        SslContextBuilder builder =
                client
                        ? SslContextBuilder.forClient().keyManager(own)
                        : SslContextBuilder.forServer(own);
        return builder.sslProvider(provider(priority))
                .trustManager(new LaterTrust(credentials.authorities()))
                // asked for, and missed by the check that follows, as in QEMU
                .clientAuth(client ? ClientAuth.NONE : ClientAuth.OPTIONAL)
                .endpointIdentificationAlgorithm(null)
                .protocols(
                        priority.protocols().stream().map(TlsPriority.TlsVersion::jdkName).toList())
                .ciphers(suites(priority), SupportedCipherSuiteFilter.INSTANCE)
                .build();
    }

    /** BoringSSL cannot be told which ciphers of TLS 1.3 to leave out. */
    private static SslProvider provider(TlsPriority priority) {
        boolean all = priority.ciphers().size() == TlsCipherKind.values().length;
        return all && OpenSsl.isAvailable() ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK;
    }

    private static List<String> suites(TlsPriority priority) {
        List<String> wanted = new ArrayList<>();
        for (TlsCipherKind cipher : priority.ciphers()) {
            String hash = cipher == TlsCipherKind.AES_256_GCM ? "SHA384" : "SHA256";
            wanted.add("TLS_%s_%s".formatted(cipher.name(), hash));
            for (String exchange : KEY_EXCHANGES) {
                wanted.add("TLS_%s_WITH_%s_%s".formatted(exchange, cipher.name(), hash));
            }
        }
        return wanted;
    }

    @Override
    public TlsEndpoint endpoint() {
        return credentials.endpoint();
    }

    @Override
    public TlsSession session(Optional<String> host, Optional<PeerAuthorization> authorization)
            throws TlsException {
        SslContext usable = context.orElseThrow(() -> new TlsException(refusal));
        SslHandler handler = usable.newHandler(ByteBufAllocator.DEFAULT, TlsThreads.SHARED);
        // whoever begins a handshake limits it
        handler.setHandshakeTimeout(0, TimeUnit.SECONDS);
        PeerCheck check = new PeerCheck(credentials, host, authorization);
        return new TlsSession(
                handler,
                handler.handshakeFuture(),
                () -> check.check(chain(handler.engine()), Instant.now()));
    }

    private static List<X509Certificate> chain(SSLEngine engine) {
        try {
            List<X509Certificate> chain = new ArrayList<>();
            for (Certificate certificate : engine.getSession().getPeerCertificates()) {
                chain.add((X509Certificate) certificate);
            }
            return chain;
        } catch (SSLPeerUnverifiedException e) {
            return List.of();
        }
    }

    @Override
    public void warmUp() {
        context.ifPresent(usable -> {
            SSLEngine engine = usable.newEngine(ByteBufAllocator.DEFAULT);
            try {
                engine.beginHandshake();
                int bytes = engine.getSession().getPacketBufferSize();
                engine.wrap(ByteBuffer.allocateDirect(0), ByteBuffer.allocateDirect(bytes));
            } catch (SSLException e) {
                // the first real handshake says what is wrong
            } finally {
                ReferenceCountUtil.release(engine);
            }
        });
    }

    @Override
    public void close() {
        context.ifPresent(ReferenceCountUtil::release);
    }
}
