package io.vmferry.machine.metrics;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.handler.timeout.WriteTimeoutHandler;
import io.vmferry.machine.metrics.Readings.MetricSource;
import io.vmferry.protocol.status.Side;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * What {@link MetricsServer} does for a client, whatever the connection is. All connections belong
 * to one thread.
 */
public final class MetricsService {

    private static final int MAX_LINE_BYTES = 4096;
    private static final int MAX_HEADER_BYTES = 8192;
    private static final int PATIENCE_SECONDS = 10;

    private final Meters meters;
    private final MetricsPicture picture;

    /**
     * A service that shows the migration alone, and not the process in which it runs.
     *
     * @param loop the engine's loop, on which the source is read
     */
    public MetricsService(Side side, Executor loop, MetricSource source) {
        this(Meters.ofMigration(side), new MetricsPicture(loop, source));
    }

    MetricsService(Meters meters, MetricsPicture picture) {
        this.meters = meters;
        this.picture = picture;
    }

    /**
     * Serves a client that has just connected.
     *
     * @param whenAsked runs when its request is there as a whole
     */
    public void serve(ChannelPipeline client, Runnable whenAsked) {
        client.addLast(
                new ReadTimeoutHandler(PATIENCE_SECONDS),
                new WriteTimeoutHandler(PATIENCE_SECONDS),
                new HttpServerCodec(
                        new HttpDecoderConfig()
                                .setMaxInitialLineLength(MAX_LINE_BYTES)
                                .setMaxHeaderSize(MAX_HEADER_BYTES)),
                new MetricsConnection(meters, picture, whenAsked));
    }

    /** Takes snapshots of all values on the engine's loop. Callable from any thread. */
    record MetricsPicture(Executor loop, MetricSource source) {

        /**
         * A future snapshot; it fails if reading does, and never completes on a loop that is stuck.
         */
        CompletableFuture<Readings> take() {
            CompletableFuture<Readings> taken = new CompletableFuture<>();
            loop.execute(() -> {
                try {
                    Readings readings = new Readings();
                    source.read(readings);
                    taken.complete(readings);
                } catch (RuntimeException | Error bug) {
                    taken.completeExceptionally(bug);
                }
            });
            return taken;
        }
    }
}
