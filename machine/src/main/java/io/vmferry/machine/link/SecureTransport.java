package io.vmferry.machine.link;

import io.vmferry.machine.tls.TlsException;
import io.vmferry.machine.tls.TlsSession;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A transport whose links are encrypted where that is asked for. A link that has been connected is
 * handed over when its handshake is complete; one that has been accepted at once, so that the
 * acceptor's limits hold for connections that never complete theirs.
 */
public final class SecureTransport implements Transport {

    /** QEMU's words for a descriptor that does not carry data both ways. */
    private static final String ONE_WAY =
            "TLS handshake failed: Error in the push function.: Bad file descriptor";

    private final EngineLoop loop;
    private final Transport inner;
    private final LinkSecurity security;

    /**
     * A transport over another one.
     *
     * @param security asked for every connection
     */
    public SecureTransport(EngineLoop loop, Transport inner, LinkSecurity security) {
        this.loop = loop;
        this.inner = inner;
        this.security = security;
    }

    // ---- outgoing

    @Override
    public Cancellable connect(
            MigrationAddress address, Consumer<Link> connected, Consumer<IOException> failed) {
        Securing securing = new Securing(address, connected, failed);
        securing.connecting = inner.connect(address, securing::begin, failed);
        return securing;
    }

    /** A connect with the handshake that follows. Confined to the loop but for {@link #cancel}. */
    private final class Securing implements Cancellable {

        private final MigrationAddress address;
        private final Consumer<Link> connected;
        private final Consumer<IOException> failed;
        private volatile Cancellable connecting = () -> {};
        private volatile boolean cancelled;
        private Optional<Link> pending = Optional.empty();
        private EngineLoop.Timer deadline = () -> {};

        private Securing(
                MigrationAddress address, Consumer<Link> connected, Consumer<IOException> failed) {
            this.address = address;
            this.connected = connected;
            this.failed = failed;
        }

        private void begin(Link link) {
            Optional<TlsSession> session;
            try {
                session = security.client(host(address));
            } catch (TlsException e) {
                link.abort();
                failed.accept(e);
                return;
            }
            if (session.isEmpty()) {
                connected.accept(link);
                return;
            }
            try {
                secure(securable(link), session.get());
            } catch (IOException e) {
                failed.accept(e);
            }
        }

        private void secure(SecurableLink link, TlsSession session) {
            pending = Optional.of(link);
            deadline =
                    loop.schedule(
                            TimeUnit.SECONDS.toNanos(NettyTransport.OPERATION_LIMIT_SECONDS),
                            () -> ended(Optional.of(new TlsException(timedOut()))));
            link.secure(session, security.strictEnd(), this::ended);
        }

        private static String timedOut() {
            return "TLS handshake failed: Timed out after %d s"
                    .formatted(NettyTransport.OPERATION_LIMIT_SECONDS);
        }

        private void ended(Optional<TlsException> refusal) {
            // as a task of its own: whoever is told may close the link under its handler
            loop.execute(() -> settle(refusal));
        }

        private void settle(Optional<TlsException> refusal) {
            Optional<Link> link = pending;
            pending = Optional.empty();
            deadline.cancel();
            if (link.isEmpty() || cancelled) {
                link.ifPresent(Link::abort);
            } else if (refusal.isPresent()) {
                link.get().abort();
                failed.accept(refusal.get());
            } else {
                connected.accept(link.get());
            }
        }

        @Override
        public void cancel() {
            cancelled = true;
            connecting.cancel();
            loop.execute(() -> settle(Optional.empty()));
        }
    }

    /** QEMU knows a host of TCP addresses only. */
    private static Optional<String> host(MigrationAddress address) {
        return address instanceof MigrationAddress.Tcp tcp
                ? Optional.of(tcp.host())
                : Optional.empty();
    }

    /**
     * What carries a session: the link itself, or a socket in place of a program's pipes.
     *
     * @throws IOException for a link of one direction; it is closed then
     */
    private static SecurableLink securable(Link link) throws IOException {
        if (link instanceof SecurableLink already) {
            return already;
        }
        if (link instanceof PipedLink pipes && !pipes.oneWay()) {
            return pipes.socket();
        }
        link.abort();
        throw new TlsException(ONE_WAY);
    }

    // ---- incoming

    @Override
    public Cancellable listen(
            MigrationAddress address,
            Acceptor acceptor,
            Consumer<Listening> opened,
            Consumer<IOException> failed) {
        return inner.listen(address, new SecuringAcceptor(acceptor), opened, failed);
    }

    private final class SecuringAcceptor implements Acceptor {

        private final Acceptor acceptor;

        private SecuringAcceptor(Acceptor acceptor) {
            this.acceptor = acceptor;
        }

        @Override
        public void accepted(Link link) {
            Optional<TlsSession> session;
            try {
                session = security.server();
            } catch (TlsException e) {
                acceptor.accepted(new RefusedLink(loop, link, e));
                return;
            }
            if (session.isEmpty()) {
                acceptor.accepted(link);
                return;
            }
            try {
                SecurableLink secured = securable(link);
                secured.secure(session.get(), security.strictEnd(), done -> {});
                acceptor.accepted(secured);
            } catch (IOException e) {
                acceptor.accepted(new RefusedLink(loop, link, e));
            }
        }

        @Override
        public boolean makeRoom() {
            return acceptor.makeRoom();
        }
    }
}
