package io.vmferry.machine.link;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Makes links over real sockets and files, all on one loop.
 *
 * <p>A connection attempt is given up after 30 s, name resolution and all addresses of the host
 * included: long enough for a lost SYN to be repeated four times, short enough for a person to wait
 * (the kernel alone would take over two minutes). Sockets send small messages at once and keep
 * alive.
 */
public final class NettyTransport implements Transport {

    /** How long a connection attempt may take, in seconds. */
    public static final long CONNECT_TIMEOUT_SECONDS = 30;

    private final NettyEngineLoop loop;
    private final long connectTimeoutNanos;
    private final ReusedReceiveBuffer buffer = new ReusedReceiveBuffer();

    /** A transport whose links live on the given loop. */
    public NettyTransport(NettyEngineLoop loop) {
        this(loop, TimeUnit.SECONDS.toNanos(CONNECT_TIMEOUT_SECONDS));
    }

    NettyTransport(NettyEngineLoop loop, long connectTimeoutNanos) {
        this.loop = loop;
        this.connectTimeoutNanos = connectTimeoutNanos;
    }

    /**
     * {@inheritDoc}
     *
     * <p>Callable from any thread; the callbacks never run within the call.
     */
    @Override
    public Attempt connect(
            MigrationAddress address, Consumer<Link> connected, Consumer<IOException> failed) {
        return switch (address) {
            case MigrationAddress.Tcp tcp -> {
                var attempt = new SocketConnecting(loop, buffer, tcp, connected, failed);
                attempt.tcp(tcp, connectTimeoutNanos);
                yield attempt;
            }
            case MigrationAddress.Unix unix -> {
                var attempt = new SocketConnecting(loop, buffer, unix, connected, failed);
                attempt.unix(unix, connectTimeoutNanos);
                yield attempt;
            }
            case MigrationAddress.File file -> FileLinks.write(loop, file, connected, failed);
        };
    }

    /**
     * {@inheritDoc}
     *
     * <p>Callable from any thread. A host name (rather than an address) is resolved within the
     * call. An empty host means all addresses of this machine.
     */
    @Override
    public Listening listen(MigrationAddress address, Consumer<Link> accepted) throws IOException {
        try {
            return loop.call(() ->
                    switch (address) {
                        case MigrationAddress.Tcp tcp ->
                                SocketListening.tcp(loop, buffer, tcp, accepted);
                        case MigrationAddress.Unix unix ->
                                SocketListening.unix(loop, buffer, unix, accepted);
                        case MigrationAddress.File file -> FileLinks.read(loop, file, accepted);
                    });
        } catch (IOException e) {
            throw LinkFailure.listening(address, e);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
