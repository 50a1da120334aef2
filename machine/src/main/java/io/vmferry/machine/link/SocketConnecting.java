package io.vmferry.machine.link;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.vmferry.machine.descriptor.Descriptor;
import io.vmferry.machine.link.NettyTransport.LinkContext;
import io.vmferry.machine.net.ServiceNames;
import io.vmferry.machine.net.SocketFailure;
import io.vmferry.machine.net.SocketFamily;
import io.vmferry.machine.net.UnixSocketFile;
import io.vmferry.machine.net.VsockSocket;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to connect a socket: resolves the host away from the loop, then tries its addresses
 * in turn, all within one deadline. A UNIX socket is connected away from the loop as well, since
 * its path is a file's. Confined to the loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what close and register say changes nothing
final class SocketConnecting extends PendingOperation {

    private final NettyEngineLoop loop;
    private final SocketFamily family;
    private final MigrationAddress address;
    private final Consumer<Link> connected;
    private @Nullable Channel trying;

    SocketConnecting(
            LinkContext context,
            MigrationAddress address,
            Consumer<Link> connected,
            Consumer<IOException> failed) {
        super(context, failed);
        this.loop = context.loop();
        this.family = loop.family();
        this.address = address;
        this.connected = connected;
    }

    void tcp(MigrationAddress.Tcp target) {
        loop.execute(() -> {
            if (over()) {
                return;
            }
            startDeadline();
            var resolution = new TcpResolution(target, context.resolver(), ServiceNames.SYSTEM);
            context.blocking()
                    .askUnless(
                            resolution.immediate(),
                            resolution::toConnect,
                            found -> tryNext(List.<SocketAddress>copyOf(found).iterator(), target),
                            this::fail);
        });
    }

    void unix(MigrationAddress.Unix target) {
        loop.execute(() -> {
            if (!over()) {
                startDeadline();
                context.blocking()
                        .ask(() -> connectedSocket(target.path()), this::adopt, this::fail);
            }
        });
    }

    void abstractUnix(MigrationAddress.AbstractUnix target) {
        loop.execute(() -> {
            if (!over()) {
                startDeadline();
                context.blocking()
                        .ask(
                                () -> family.connectedAbstract(target.name(), target.tight()),
                                this::adopt,
                                this::fail);
            }
        });
    }

    void vsock(MigrationAddress.Vsock target) {
        loop.execute(() -> {
            if (!over()) {
                startDeadline();
                context.blocking().ask(() -> connectedSocket(target), this::adopt, this::fail);
            }
        });
    }

    private Channel connectedSocket(Path path) throws IOException {
        UnixSocketFile.checkLength(path);
        try {
            return family.connectedUnix(path);
        } catch (ChannelException e) {
            // the process has no descriptor for a socket
            throw new IOException(e.getMessage(), e);
        }
    }

    private Channel connectedSocket(MigrationAddress.Vsock target) throws IOException {
        try (Descriptor socket = VsockSocket.connect(target.cid(), target.port())) {
            return family.adopted(socket, false);
        }
    }

    /** A UNIX or vsock socket that is connected already. */
    private void adopt(Channel channel) {
        trying = channel;
        NettyLink link = NettyLink.on(channel, context, address.toString());
        loop.eventLoop().register(channel);
        if (over()) {
            channel.close();
        } else {
            connected(link);
        }
    }

    private void tryNext(Iterator<SocketAddress> remotes, MigrationAddress.Tcp target) {
        if (over()) {
            return;
        }
        SocketAddress remote = remotes.next();
        try {
            connect(
                    tuned(family.tcp(target.options().multipath(), remote), target),
                    remote,
                    remotes,
                    target);
        } catch (ChannelException e) {
            // the process has no descriptor for a socket, or the kernel has an option not
            fail(e);
        } catch (SocketFailure e) {
            afterFailure(remotes, target, e);
        }
    }

    private static Channel tuned(Channel channel, MigrationAddress.Tcp target) {
        try {
            NettyLink.tuneTcp(channel, target.options());
            return channel;
        } catch (ChannelException e) {
            channel.unsafe().closeForcibly();
            throw e;
        }
    }

    private void connect(
            Channel channel,
            SocketAddress remote,
            Iterator<SocketAddress> remotes,
            MigrationAddress.Tcp target) {
        trying = channel;
        NettyLink link = NettyLink.on(channel, context, address.toString());
        channel.config().setConnectTimeoutMillis(0); // the deadline covers all attempts
        loop.eventLoop().register(channel);
        channel.connect(remote)
                .addListener(result -> {
                    if (over()) {
                        channel.close();
                    } else if (result.isSuccess()) {
                        connected(link);
                    } else {
                        channel.close();
                        // as a task of its own: Netty swallows what its listeners throw
                        loop.execute(() -> afterFailure(remotes, target, result.cause()));
                    }
                });
    }

    private void afterFailure(
            Iterator<SocketAddress> remotes, MigrationAddress.Tcp target, Throwable cause) {
        if (remotes.hasNext()) {
            tryNext(remotes, target);
        } else {
            fail(cause);
        }
    }

    private void connected(NettyLink link) {
        loop.execute(() -> {
            if (succeed()) {
                connected.accept(link);
            }
        });
    }

    @Override
    IOException worded(Throwable cause) {
        return LinkFailure.connecting(address, cause);
    }

    @Override
    void abandon() {
        if (trying != null) {
            trying.close();
        }
    }
}
