package io.vmferry.machine.link;

import io.netty.channel.Channel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/**
 * One attempt to connect a socket: resolves the host away from the loop, then tries its addresses
 * in turn, all within one deadline. Owned by the loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what close and register say changes nothing
final class SocketConnecting implements Transport.Attempt {

    private final NettyEngineLoop loop;
    private final SocketFamily family;
    private final ReusedReceiveBuffer buffer;
    private final MigrationAddress address;
    private final Consumer<Link> connected;
    private final Consumer<IOException> failed;
    private EngineLoop.Timer deadline = () -> {};
    private Channel trying;
    private boolean over;

    SocketConnecting(
            NettyEngineLoop loop,
            ReusedReceiveBuffer buffer,
            MigrationAddress address,
            Consumer<Link> connected,
            Consumer<IOException> failed) {
        this.loop = loop;
        this.family = new SocketFamily(loop.epoll());
        this.buffer = buffer;
        this.address = address;
        this.connected = connected;
        this.failed = failed;
    }

    void tcp(MigrationAddress.Tcp target, long timeoutNanos) {
        loop.execute(() -> {
            if (over) {
                return;
            }
            startDeadline(timeoutNanos);
            HostAddresses.literal(target.host())
                    .ifPresentOrElse(
                            found -> tryEach(found, target.port()),
                            () -> Thread.ofVirtual().start(() -> resolve(target)));
        });
    }

    void unix(MigrationAddress.Unix target, long timeoutNanos) {
        loop.execute(() -> {
            if (!over) {
                startDeadline(timeoutNanos);
                var remote = family.unixAddress(target.path());
                tryNext(List.of(remote).iterator(), false);
            }
        });
    }

    /** Callable from any thread. */
    @Override
    public void cancel() {
        if (loop.inLoop()) {
            finish();
        } else {
            loop.execute(this::finish);
        }
    }

    private void startDeadline(long timeoutNanos) {
        String text = "No answer within " + timeoutNanos / 1_000_000_000 + " s";
        deadline = loop.schedule(timeoutNanos, () -> fail(new IOException(text)));
    }

    private void resolve(MigrationAddress.Tcp target) {
        try {
            List<InetAddress> found = HostAddresses.resolve(target.host());
            loop.execute(() -> tryEach(found, target.port()));
        } catch (IOException e) {
            loop.execute(() -> fail(e));
        }
    }

    private void tryEach(List<InetAddress> found, int port) {
        tryNext(
                found.stream().<SocketAddress>map(ip -> new InetSocketAddress(ip, port)).iterator(),
                true);
    }

    private void tryNext(Iterator<SocketAddress> remotes, boolean tcp) {
        if (over) {
            return;
        }
        Channel channel = tcp ? family.tcp() : family.unix();
        trying = channel;
        NettyLink link = NettyLink.on(channel, loop, buffer, address.toString());
        if (tcp) {
            NettyLink.tuneTcp(channel);
            channel.config().setConnectTimeoutMillis(0); // the deadline covers all attempts
        }
        loop.eventLoop().register(channel);
        channel.connect(remotes.next())
                .addListener(result -> {
                    if (over) {
                        channel.close();
                    } else if (result.isSuccess()) {
                        succeed(link);
                    } else {
                        channel.close();
                        // as a task of its own: Netty swallows what its listeners throw
                        loop.execute(() -> afterFailure(remotes, tcp, result.cause()));
                    }
                });
    }

    private void afterFailure(Iterator<SocketAddress> remotes, boolean tcp, Throwable cause) {
        if (remotes.hasNext()) {
            tryNext(remotes, tcp);
        } else {
            fail(cause);
        }
    }

    private void succeed(NettyLink link) {
        deadline.cancel();
        loop.execute(() -> {
            if (!over) {
                over = true;
                connected.accept(link);
            }
        });
    }

    private void fail(Throwable cause) {
        if (!over) {
            finish();
            failed.accept(LinkFailure.connecting(address, cause));
        }
    }

    private void finish() {
        if (!over) {
            over = true;
            deadline.cancel();
            if (trying != null) {
                trying.close();
            }
        }
    }
}
