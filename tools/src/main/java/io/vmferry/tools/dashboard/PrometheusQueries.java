package io.vmferry.tools.dashboard;

import io.vmferry.protocol.Worded;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The queries of the page, which go to one Prometheus. Callable from any thread. */
final class PrometheusQueries implements AutoCloseable {

    /** What the page asks for; nothing else of the Prometheus can be reached by it. */
    private static final Set<String> FORWARDED = Set.of("query", "query_range", "series");

    /** The largest reply that is passed on; one of the page's is some 100 KiB. */
    static final int MAX_REPLY_BYTES = 16 << 20;

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int NOT_FOUND = 404;
    private static final int BAD_GATEWAY = 502;

    /**
     * What the page gets.
     *
     * @param status of HTTP
     * @param json whether the text is Prometheus's own
     */
    record HttpReply(int status, boolean json, String text) {

        static HttpReply sentence(int status, String text) {
            return new HttpReply(status, false, text);
        }
    }

    private final URI prometheus;
    private final HttpClient client =
            HttpClient.newBuilder()
                    .connectTimeout(PATIENCE)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .build();

    /**
     * Nothing is asked yet.
     *
     * @param prometheus ends with a slash
     */
    PrometheusQueries(URI prometheus) {
        this.prometheus = prometheus;
    }

    /**
     * Asks Prometheus.
     *
     * @param name below {@code /api/v1/}
     * @param parameters as they stand in the URL
     */
    HttpReply ask(String name, @Nullable String parameters) throws InterruptedException {
        if (!FORWARDED.contains(name)) {
            return HttpReply.sentence(
                    NOT_FOUND, "The dashboard does not ask for '%s'".formatted(name));
        }
        String query = parameters == null ? "" : "?" + parameters;
        HttpRequest request =
                HttpRequest.newBuilder(prometheus.resolve("api/v1/" + name + query))
                        .timeout(PATIENCE)
                        .build();
        try {
            HttpResponse<InputStream> reply =
                    client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = reply.body()) {
                return passed(reply.statusCode(), body.readNBytes(MAX_REPLY_BYTES + 1));
            }
        } catch (ConnectException e) {
            return HttpReply.sentence(
                    BAD_GATEWAY,
                    "No Prometheus listens at %s. Start one that scrapes the nodes, or name another with --prometheus."
                            .formatted(prometheus));
        } catch (IOException e) {
            return HttpReply.sentence(
                    BAD_GATEWAY,
                    "The Prometheus at %s gave no reply to %s: %s"
                            .formatted(prometheus, name, Worded.of(e)));
        }
    }

    private HttpReply passed(int status, byte[] text) {
        if (text.length > MAX_REPLY_BYTES) {
            return HttpReply.sentence(
                    BAD_GATEWAY,
                    "The reply of the Prometheus at %s is longer than %d MiB: choose a shorter time range or fewer nodes"
                            .formatted(prometheus, MAX_REPLY_BYTES >> 20));
        }
        if (text.length == 0 || text[0] != '{') {
            return HttpReply.sentence(
                    BAD_GATEWAY,
                    "Expected JSON from a Prometheus at %s, got status %d and no JSON"
                            .formatted(prometheus, status));
        }
        return new HttpReply(status, true, new String(text, StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
