package io.vmferry.machine.metrics;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.vmferry.machine.metrics.MetricsService.MetricsPicture;
import io.vmferry.machine.metrics.Readings.MetricSource;
import io.vmferry.machine.net.HostPort;
import io.vmferry.machine.net.SocketFailure;
import io.vmferry.machine.net.SocketFamily;
import io.vmferry.machine.paging.FaultLatency;
import io.vmferry.machine.tls.ServerSecurity;
import io.vmferry.protocol.status.Side;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves {@code /metrics} in Prometheus' text formats, {@code /healthz} and {@code /readyz}, on one
 * thread of its own. A client has one request per connection and a few seconds for it, and the
 * number of clients is limited; beyond the limit the oldest one without a request is closed.
 */
public final class MetricsServer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(MetricsServer.class);

    static final int MAX_CLIENTS = 32;

    private static final SocketFamily FAMILY = SocketFamily.best();

    /** Why an address that other machines can reach is refused. */
    public static final String REFUSAL = "; --metrics-remote allows it";

    private final EventLoopGroup thread = FAMILY.newLoop("metrics");
    private final Channel listener;

    /** Of the one thread. */
    private int clients;

    /** Of the one thread: those whose request is not there yet, in the order they came. */
    private final Set<Channel> silent = new LinkedHashSet<>();

    private final Optional<ServerSecurity> security;

    private MetricsServer(
            HostPort address,
            boolean allowRemote,
            Optional<ServerSecurity> security,
            MetricsService service)
            throws IOException {
        this.security = security;
        try {
            this.listener = bind(address.resolve(allowRemote, REFUSAL), service);
        } catch (IOException e) {
            var _ = thread.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            throw new IOException(
                    "Cannot serve metrics at %s: %s".formatted(address, SocketFailure.reason(e)),
                    e);
        }
    }

    /**
     * Begins to serve.
     *
     * @param allowRemote whether an address that other machines can reach is meant
     * @param loop the engine's loop, on which the source is read
     * @throws IOException in one line for the user
     */
    public static MetricsServer start(
            HostPort address,
            boolean allowRemote,
            Side side,
            @Nullable FaultLatency faults,
            Executor loop,
            MetricSource source)
            throws IOException {
        return start(address, allowRemote, Optional.empty(), side, faults, loop, source);
    }

    /**
     * The same.
     *
     * @param security for clients that begin with a TLS session
     */
    public static MetricsServer start(
            HostPort address,
            boolean allowRemote,
            Optional<ServerSecurity> security,
            Side side,
            @Nullable FaultLatency faults,
            Executor loop,
            MetricSource source)
            throws IOException {
        Meters meters = Meters.withProcess(side);
        MetricsServer server =
                new MetricsServer(
                        address,
                        allowRemote,
                        security,
                        new MetricsService(meters, new MetricsPicture(loop, source)));
        if (side == Side.DESTINATION) {
            Objects.requireNonNull(faults, "The destination has page faults")
                    .tell(meters::pageFault);
        }
        log.info(
                "Metrics at {}://{}/metrics",
                security.isPresent() ? "https" : "http",
                server.address(address.host()));
        return server;
    }

    /** Where it serves, with the port that was taken. */
    HostPort address(String host) {
        return new HostPort(host, ((InetSocketAddress) listener.localAddress()).getPort());
    }

    private Channel bind(InetSocketAddress socket, MetricsService service) throws IOException {
        ChannelFuture bound =
                new ServerBootstrap()
                        .group(thread)
                        .channel(FAMILY.tcpServerType())
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childHandler(
                                new ChannelInitializer<>() {
                                    @Override
                                    protected void initChannel(Channel client) {
                                        admit(client, service);
                                    }
                                })
                        .bind(socket)
                        .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw bound.cause() instanceof IOException e ? e : new IOException(bound.cause());
        }
        return bound.channel();
    }

    private void admit(Channel client, MetricsService service) {
        if (clients >= MAX_CLIENTS && silent.isEmpty()) {
            var _ = client.close();
            return;
        }
        if (clients >= MAX_CLIENTS) {
            // half a request must not keep others from their scrapes
            var _ = silent.iterator().next().close();
        }
        clients++;
        silent.add(client);
        var _ =
                client.closeFuture()
                        .addListener(_ -> {
                            clients--;
                            silent.remove(client);
                        });
        Runnable serve = () -> service.serve(client.pipeline(), () -> silent.remove(client));
        security.ifPresentOrElse(
                tls ->
                        tls.admit(
                                client,
                                serve,
                                why ->
                                        log.warn(
                                                "Client of metrics is rejected: {}",
                                                why.getMessage())),
                serve);
    }

    @Override
    public void close() {
        listener.close().awaitUninterruptibly();
        var _ = thread.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
