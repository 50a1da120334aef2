package io.vmferry.machine.monitor;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.vmferry.protocol.qmp.QmpEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All monitors of a process, on one thread of their own. Each address serves one client at a time;
 * a second one is connected but not greeted until the first one leaves or ends its requests.
 */
public final class MonitorServer implements EventSink, AutoCloseable {

    /** Small, so that what one read brings before reading can pause is little. */
    private static final int READ_BYTES = 4096;

    private static final long CLOSE_SECONDS = 2;

    /** How Netty's native transports put what the kernel said. */
    private static final Pattern NATIVE = Pattern.compile(".* failed with error\\(-?\\d+\\): (.*)");

    private static final Logger LOG = LoggerFactory.getLogger(MonitorServer.class);

    private final CommandTable table;
    private final Executor commands;
    private final EventFanout events;
    private final MonitorTransport transport;
    private final EventLoopGroup loop;
    private final ChannelGroup clients = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final List<Channel> listeners = new ArrayList<>();
    private final List<Path> socketFiles = new ArrayList<>();

    /**
     * A server that listens nowhere yet.
     *
     * @param commands runs the commands, one after the other for each client
     * @param clock stamps the events
     */
    public MonitorServer(CommandTable table, Executor commands, Clock clock) {
        this(table, commands, clock, MonitorTransport.best());
    }

    MonitorServer(CommandTable table, Executor commands, Clock clock, MonitorTransport transport) {
        this.table = table;
        this.commands = commands;
        this.events = new EventFanout(clock);
        this.transport = transport;
        this.loop = transport.newLoop();
    }

    /**
     * Opens one more monitor.
     *
     * @param allowRemote whether an address that other machines can reach is meant
     * @return the address with the port that was taken
     * @throws IOException in one line for the user
     */
    public MonitorAddress listen(MonitorAddress address, boolean allowRemote) throws IOException {
        try {
            MonitorAddress opened = open(address, allowRemote);
            LOG.info("Monitor at {}", opened);
            return opened;
        } catch (IOException e) {
            throw new IOException("Cannot open monitor %s: %s".formatted(address, reason(e)), e);
        }
    }

    private MonitorAddress open(MonitorAddress address, boolean allowRemote) throws IOException {
        return switch (address) {
            case MonitorAddress.Unix(String path) -> {
                Path file = Path.of(path);
                SocketFile.clear(file);
                bind(address, transport.fileAddress(path));
                socketFiles.add(file);
                yield address;
            }
            case MonitorAddress.Tcp tcp -> {
                SocketAddress bound = bind(tcp, resolve(tcp, allowRemote));
                yield new MonitorAddress.Tcp(tcp.host(), ((InetSocketAddress) bound).getPort());
            }
        };
    }

    private static InetSocketAddress resolve(MonitorAddress.Tcp address, boolean allowRemote)
            throws IOException {
        InetAddress host;
        try {
            host = InetAddress.getByName(address.host());
        } catch (UnknownHostException e) {
            throw new IOException("no such host", e);
        }
        if (!host.isLoopbackAddress() && !allowRemote) {
            throw new IOException(
                    "other machines could reach it, and a monitor asks for no password;"
                            + " --qmp-remote allows it");
        }
        return new InetSocketAddress(host, address.port());
    }

    private SocketAddress bind(MonitorAddress address, SocketAddress socket) throws IOException {
        ServerBootstrap bootstrap =
                new ServerBootstrap()
                        .group(loop)
                        .channel(transport.channelType(address))
                        .option(ChannelOption.AUTO_READ, false)
                        .option(
                                ChannelOption.RECVBUF_ALLOCATOR,
                                new FixedRecvByteBufAllocator(READ_BYTES).maxMessagesPerRead(1))
                        .childOption(
                                ChannelOption.RECVBUF_ALLOCATOR,
                                new FixedRecvByteBufAllocator(READ_BYTES).maxMessagesPerRead(1))
                        .childHandler(new ClientInitializer(address));
        if (transport.knowsHalfClosure(address)) {
            bootstrap.childOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        }
        ChannelFuture bound = bootstrap.bind(socket).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw bound.cause() instanceof IOException e ? e : new IOException(bound.cause());
        }
        listeners.add(bound.channel());
        bound.channel().read();
        return bound.channel().localAddress();
    }

    private static String reason(IOException e) {
        if (e.getMessage() == null) {
            return e.getClass().getSimpleName();
        }
        Matcher byErrno = NATIVE.matcher(e.getMessage());
        return byErrno.matches() ? byErrno.group(1) : e.getMessage();
    }

    @Override
    public void emit(QmpEvent event) {
        events.emit(event);
    }

    /** Sends what was written, closes every client and removes the socket files. */
    @Override
    public void close() {
        listeners.forEach(channel -> channel.close().awaitUninterruptibly());
        for (Channel client : clients) {
            client.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
        clients.newCloseFuture().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        loop.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        for (Path file : socketFiles) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                LOG.warn("Cannot remove {}: {}", file, reason(e));
            }
        }
    }

    /**
     * Lets the next client in, once: when the one before asks for nothing more, for a command that
     * blocks would keep its connection open for as long as it likes. On the monitors' loop.
     */
    private static final class NextClient implements Runnable {
        private final Channel listener;
        private boolean done;

        private NextClient(Channel listener) {
            this.listener = listener;
        }

        @Override
        public void run() {
            if (!done) {
                done = true;
                listener.read();
            }
        }
    }

    /** Gives an accepted client its session and lets the next one in when it is gone. */
    private final class ClientInitializer extends ChannelInitializer<Channel> {
        private final MonitorAddress address;

        private ClientInitializer(MonitorAddress address) {
            this.address = address;
        }

        @Override
        protected void initChannel(Channel channel) {
            clients.add(channel);
            Runnable next = new NextClient(channel.parent());
            channel.closeFuture().addListener(future -> next.run());
            channel.pipeline()
                    .addLast(
                            new MonitorConnection(
                                    address.toString(),
                                    next,
                                    output ->
                                            new MonitorSession(
                                                    table,
                                                    commands,
                                                    channel.eventLoop(),
                                                    events,
                                                    output)));
        }
    }
}
