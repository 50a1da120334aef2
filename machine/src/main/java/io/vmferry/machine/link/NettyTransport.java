package io.vmferry.machine.link;

import io.vmferry.machine.descriptor.DescriptorSets;
import io.vmferry.machine.net.HostResolver;
import io.vmferry.protocol.profile.Profile;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Makes links over real sockets, pipes and files, all on one loop.
 *
 * <p>A connection attempt is given up after 30 s, name resolution and all addresses of the host
 * included: long enough for a lost SYN to be repeated four times, short enough for a person to wait
 * (the kernel alone would take over two minutes). Sockets send small messages at once and keep
 * alive.
 */
public final class NettyTransport implements Transport {

    /** How long it may take to connect, to listen or to open a file, in seconds. */
    public static final long OPERATION_LIMIT_SECONDS = 30;

    private final LinkContext context;

    /** A transport whose links live on the given loop, without descriptor sets. */
    public NettyTransport(NettyEngineLoop loop) {
        this(loop, HostResolver.SYSTEM, TimeUnit.SECONDS.toNanos(OPERATION_LIMIT_SECONDS));
    }

    NettyTransport(NettyEngineLoop loop, HostResolver resolver, long operationLimitNanos) {
        this(loop, noSets(loop), false, resolver, operationLimitNanos);
    }

    /**
     * A transport whose links live on the given loop.
     *
     * @param sets the descriptor sets that files may be members of
     * @param readsAnything whether a stream may come from what is no file, and from a descriptor
     *     that is not open, as in QEMU
     */
    public NettyTransport(NettyEngineLoop loop, DescriptorSets sets, boolean readsAnything) {
        this(
                loop,
                sets,
                readsAnything,
                HostResolver.SYSTEM,
                TimeUnit.SECONDS.toNanos(OPERATION_LIMIT_SECONDS));
    }

    private static DescriptorSets noSets(NettyEngineLoop loop) {
        return new DescriptorSets(Profile.DEFAULT, loop, () -> false);
    }

    private NettyTransport(
            NettyEngineLoop loop,
            DescriptorSets sets,
            boolean readsAnything,
            HostResolver resolver,
            long operationLimitNanos) {
        BlockingWork blocking = new BlockingWork(loop);
        this.context =
                new LinkContext(
                        loop,
                        new ReusedReceiveBuffer(),
                        blocking,
                        new UnixSocketPaths(blocking),
                        sets,
                        readsAnything,
                        new ChildPrograms(),
                        resolver,
                        operationLimitNanos);
    }

    /** Asks the programs that have been started for links to end. Not on the loop. */
    public void endPrograms() {
        context.programs().endAll();
    }

    /** Waits until none of these programs runs any more, a few seconds at most. Not on the loop. */
    public void awaitPrograms() throws InterruptedException {
        context.programs().awaitEnd();
    }

    /** Runs an action once the files of all listeners that have closed are gone. On the loop. */
    public void whenFilesRemoved(Runnable action) {
        context.unixPaths().whenNone(action);
    }

    /**
     * {@inheritDoc}
     *
     * <p>Callable from any thread; the callbacks never run within the call.
     */
    @Override
    public Cancellable connect(
            MigrationAddress address, Consumer<Link> connected, Consumer<IOException> failed) {
        return switch (address) {
            case MigrationAddress.Tcp tcp -> {
                var pending = new SocketConnecting(context, tcp, connected, failed);
                pending.tcp(tcp);
                yield pending;
            }
            case MigrationAddress.Unix unix -> {
                var pending = new SocketConnecting(context, unix, connected, failed);
                pending.unix(unix);
                yield pending;
            }
            case MigrationAddress.AbstractUnix unix -> {
                var pending = new SocketConnecting(context, unix, connected, failed);
                pending.abstractUnix(unix);
                yield pending;
            }
            case MigrationAddress.Vsock vsock -> {
                var pending = new SocketConnecting(context, vsock, connected, failed);
                pending.vsock(vsock);
                yield pending;
            }
            case MigrationAddress.Fd fd -> {
                var pending = new DescriptorConnecting(context, fd, connected, failed);
                pending.start();
                yield pending;
            }
            case MigrationAddress.Exec exec -> {
                var pending = new ProgramStarting(context, exec, false, connected, failed);
                pending.start();
                yield pending;
            }
            case MigrationAddress.Absent absent -> {
                context.loop().execute(() -> failed.accept(new IOException(absent.outgoing())));
                yield () -> {};
            }
            case MigrationAddress.File file -> {
                var pending = new FileCreating(context, file, connected, failed);
                pending.start();
                yield pending;
            }
        };
    }

    /**
     * {@inheritDoc}
     *
     * <p>Callable from any thread. An empty host means all addresses of this machine.
     */
    @Override
    public Cancellable listen(
            MigrationAddress address,
            Acceptor acceptor,
            Consumer<Listening> opened,
            Consumer<IOException> failed) {
        var pending = new PendingListen(context, address, acceptor, opened, failed);
        pending.start();
        return pending;
    }

    /**
     * What all links of one transport share.
     *
     * @param readsAnything whether what cannot hold a migration is read all the same
     * @param operationLimitNanos how long an operation may take: to connect, to listen, to open a
     *     file or to send the rest before an orderly end
     */
    record LinkContext(
            NettyEngineLoop loop,
            ReusedReceiveBuffer buffer,
            BlockingWork blocking,
            UnixSocketPaths unixPaths,
            DescriptorSets sets,
            boolean readsAnything,
            ChildPrograms programs,
            HostResolver resolver,
            long operationLimitNanos) {}
}
