package io.vmferry.lab.fuzz;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vmferry.machine.metrics.Metric;
import io.vmferry.machine.metrics.MetricsService;
import io.vmferry.machine.metrics.Readings;
import io.vmferry.protocol.status.Side;
import java.nio.charset.StandardCharsets;

/**
 * A connection to the metrics server, as the server makes it, without its socket. A client that has
 * said enough gets one response and the connection is closed; one that has not is left alone.
 */
final class MetricsTarget implements FuzzTarget {

    private final MetricsService service =
            new MetricsService(Side.SOURCE, Runnable::run, MetricsTarget::read);
    private final ChannelHandler serving =
            new ChannelInitializer<>() {
                @Override
                protected void initChannel(Channel client) {
                    service.serve(client.pipeline(), () -> {});
                }
            };

    private static void read(Readings readings) {
        readings.set(Metric.STATUS, "active", 1);
        readings.set(Metric.GUEST_RUNNING, 1);
    }

    @Override
    public void run(byte[] input, Cuts cuts, Trace trace) {
        EmbeddedChannel client = new EmbeddedChannel(serving);
        feed(client, input, cuts);
        StringBuilder response = new StringBuilder();
        collect(client, response);
        boolean responded = !response.isEmpty();
        if (client.isOpen() == responded) {
            throw new IllegalStateException(
                    "Open: %b, responded: %b".formatted(client.isOpen(), responded));
        }
        trace.note("response", response.toString());
        client.finishAndReleaseAll();
        trace.ended(responded ? response.substring(0, response.indexOf("\r\n")) : "waiting");
    }

    /**
     * Delivers an input as long as the connection is read, and then runs what waits for the loop.
     */
    private static void feed(EmbeddedChannel client, byte[] input, Cuts cuts) {
        int at = 0;
        while (at < input.length && client.config().isAutoRead() && client.isOpen()) {
            int length = cuts.next(input.length - at);
            client.pipeline()
                    .fireChannelRead(Unpooled.copiedBuffer(input, at, length))
                    .fireChannelReadComplete();
            at += length;
        }
        client.runPendingTasks();
        client.checkException();
    }

    private static void collect(EmbeddedChannel client, StringBuilder response) {
        ByteBuf part = client.readOutbound();
        while (part != null) {
            response.append(part.toString(StandardCharsets.ISO_8859_1));
            part.release();
            part = client.readOutbound();
        }
    }
}
