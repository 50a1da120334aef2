package io.vmferry.machine.metrics;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.vmferry.machine.metrics.MetricsService.MetricsPicture;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client of {@link MetricsServer}: responds to its one request and closes the connection. */
final class MetricsConnection extends SimpleChannelInboundHandler<HttpObject> {

    private static final Logger log = LoggerFactory.getLogger(MetricsConnection.class);

    private static final HttpResponseStatus OK = HttpResponseStatus.OK;

    private static final String PLAIN = "text/plain; charset=utf-8";
    private static final String JSON = "application/json";
    private static final String TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8";
    private static final String OPEN_METRICS =
            "application/openmetrics-text; version=1.0.0; charset=utf-8";

    /** Well below what Prometheus waits for a scrape by default. */
    private static final int ENGINE_SECONDS = 5;

    private final Meters meters;
    private final MetricsPicture picture;
    private final Runnable whenAsked;
    private boolean asked;

    /**
     * @param whenAsked runs when the request is there as a whole
     */
    MetricsConnection(Meters meters, MetricsPicture picture, Runnable whenAsked) {
        this.meters = meters;
        this.picture = picture;
        this.whenAsked = whenAsked;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
        if (asked || !(part instanceof HttpRequest request)) {
            return;
        }
        asked = true;
        whenAsked.run();
        // what else it sends is not read, so it cannot keep the connection busy either
        context.channel().config().setAutoRead(false);
        if (request.decoderResult().isFailure()) {
            new MetricsClient(context, false)
                    .refuse(HttpResponseStatus.BAD_REQUEST, "Not an HTTP request\n");
        } else {
            serve(context, request);
        }
    }

    private void serve(ChannelHandlerContext context, HttpRequest request) {
        boolean head = request.method().equals(HttpMethod.HEAD);
        var client = new MetricsClient(context, head);
        if (!head && !request.method().equals(HttpMethod.GET)) {
            client.refuse(HttpResponseStatus.METHOD_NOT_ALLOWED, "Only GET and HEAD\n");
            return;
        }
        Optional<String> path = path(request);
        if (path.isEmpty()) {
            client.refuse(HttpResponseStatus.BAD_REQUEST, "Not a path\n");
            return;
        }
        switch (path.get()) {
            case "/metrics" -> {
                String format = format(request);
                withPicture(
                        client,
                        readings -> new Answer(OK, format, meters.render(readings, format)));
            }
            case "/healthz" ->
                    withPicture(client, readings -> new Answer(OK, JSON, health(readings)));
            case "/readyz" -> withPicture(client, MetricsConnection::readiness);
            default ->
                    client.refuse(
                            HttpResponseStatus.NOT_FOUND,
                            "There are /metrics, /healthz and /readyz\n");
        }
    }

    /** Empty where the escapes in it are none. */
    private static Optional<String> path(HttpRequest request) {
        try {
            return Optional.of(new QueryStringDecoder(request.uri()).path());
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    /** The engine has responded, so the node is well, however its migration goes. */
    private static String health(Readings readings) {
        return line(state(readings));
    }

    /** Whether a migration can begin here; 503 if not, as those expect who wait for it. */
    private static Answer readiness(Readings readings) {
        boolean ready = is(readings, Metric.READY);
        return new Answer(
                ready ? OK : HttpResponseStatus.SERVICE_UNAVAILABLE,
                JSON,
                line(state(readings).put("ready", ready)));
    }

    private static ObjectNode state(Readings readings) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("status", readings.chosen(Metric.STATUS).orElse("none"))
                .put("guest-running", is(readings, Metric.GUEST_RUNNING));
    }

    private static boolean is(Readings readings, Metric metric) {
        return readings.get(new Readings.Series(metric, "")) == 1;
    }

    private static String line(ObjectNode json) {
        return json + "\n";
    }

    private static String format(HttpRequest request) {
        return Optional.ofNullable(request.headers().get(HttpHeaderNames.ACCEPT))
                .filter(accepted -> accepted.contains("application/openmetrics-text"))
                .map(_ -> OPEN_METRICS)
                .orElse(TEXT_FORMAT);
    }

    private void withPicture(MetricsClient client, Function<Readings, Answer> answer) {
        var _ =
                picture.take()
                        .orTimeout(ENGINE_SECONDS, TimeUnit.SECONDS)
                        .whenCompleteAsync(
                                (readings, cause) -> {
                                    if (cause == null) {
                                        show(client, () -> answer.apply(readings));
                                    } else {
                                        showNothing(client, cause);
                                    }
                                },
                                client.context().executor());
    }

    private static void show(MetricsClient client, Supplier<Answer> answer) {
        Answer shown;
        try {
            shown = answer.get();
        } catch (RuntimeException | Error bug) {
            log.error("Internal error, please report it: no metrics: {}", bug.toString());
            client.refuse(
                    HttpResponseStatus.INTERNAL_SERVER_ERROR,
                    "Internal error, the log says more\n");
            return;
        }
        client.respond(shown);
    }

    private static void showNothing(MetricsClient client, Throwable cause) {
        log.warn("No metrics: {}", cause.toString());
        client.refuse(
                HttpResponseStatus.SERVICE_UNAVAILABLE,
                cause instanceof TimeoutException
                        ? "The engine has not responded within %d s\n".formatted(ENGINE_SECONDS)
                        : "The engine could not be read, the log says more\n");
    }

    /** What a client gets. */
    private record Answer(HttpResponseStatus status, String contentType, String text) {}

    /**
     * The HTTP client of one request.
     *
     * @param head whether it wants the head of the response alone
     */
    private record MetricsClient(ChannelHandlerContext context, boolean head) {

        void refuse(HttpResponseStatus status, String text) {
            respond(new Answer(status, PLAIN, text));
        }

        void respond(Answer answer) {
            ByteBuf body = ByteBufUtil.writeUtf8(context.alloc(), answer.text);
            DefaultFullHttpResponse response =
                    new DefaultFullHttpResponse(
                            HttpVersion.HTTP_1_1, answer.status, head ? body.slice(0, 0) : body);
            response.headers()
                    .set(HttpHeaderNames.CONTENT_TYPE, answer.contentType)
                    .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes())
                    .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
            var _ = context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
        }
    }

    /** A client that is late, gone or no HTTP client is closed without a report. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        var _ = context.close();
    }
}
