package io.vmferry.tools.dashboard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page's server, with a Prometheus that replies as the test wants. */
class DashboardServerTest {

    private final HttpClient client = HttpClient.newHttpClient();
    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    private String reply = "{\"status\":\"success\"}";
    private HttpServer prometheus;
    private DashboardServer server;

    @BeforeEach
    void listen() throws IOException {
        prometheus = HttpServer.create(loopback(), 0);
        prometheus.createContext(
                "/",
                exchange -> {
                    asked.add(exchange.getRequestURI().toString());
                    byte[] body = reply.getBytes(UTF_8);
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        prometheus.start();
        server =
                DashboardServer.listen(
                        loopback(),
                        new PrometheusQueries(
                                URI.create(
                                        "http://127.0.0.1:"
                                                + prometheus.getAddress().getPort()
                                                + "/")));
    }

    @AfterEach
    void close() {
        server.close();
        prometheus.stop(0);
        client.close();
    }

    private static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(server.url().resolve(path)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** A request as it stands on the wire; gives the status line. */
    private String raw(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.url().getPort())) {
            socket.getOutputStream().write(request.getBytes(UTF_8));
            return new String(socket.getInputStream().readAllBytes(), UTF_8)
                    .lines()
                    .findFirst()
                    .orElse("");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/dashboard.js",
                "/dashboard.css",
                "/uPlot.iife.min.js",
                "/uPlot.min.css"
            })
    void everyFileOfThePageIsThere(String path) throws Exception {
        HttpResponse<String> file = get(path);
        assertThat(file.statusCode()).isEqualTo(200);
        assertThat(file.body()).isNotBlank();
        assertThat(file.headers().firstValue("Content-Security-Policy"))
                .hasValue("default-src 'self'; img-src data:");
    }

    /** What the page cannot draw would be missing without a word. */
    @Test
    void thePageKnowsEveryPanelAndUnitOfTheDashboard() throws Exception {
        String script = get("/dashboard.js").body();
        JsonNode panels = new ObjectMapper().readTree(get("/dashboard.json").body()).path("panels");
        assertThat(panels).hasSizeGreaterThan(10);
        for (JsonNode panel : panels) {
            assertThat(script).contains('"' + panel.path("type").asText() + "\": draw");
            String unit = panel.at("/fieldConfig/defaults/unit").asText("short");
            assertThat(script).contains("\n  " + unit + ": value =>");
        }
    }

    @Test
    void queriesReachPrometheusAsTheyAre() throws Exception {
        HttpResponse<String> got = get("/api/v1/query?query=up%7Bjob%3D~%22a%7Cb%22%7D");
        assertThat(got.statusCode()).isEqualTo(200);
        assertThat(got.body()).isEqualTo(reply);
        assertThat(asked).containsExactly("/api/v1/query?query=up%7Bjob%3D~%22a%7Cb%22%7D");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/admin/tsdb/delete_series",
                "/api/v1/status/config",
                "/api/v1/query/../status/config",
                "/no/such/file"
            })
    void nothingElseReachesPrometheus(String path) throws Exception {
        assertThat(
                        raw(
                                "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
                                        .formatted(path)))
                .contains("404");
        assertThat(asked).isEmpty();
    }

    @Test
    void onlyGetIsServed() throws IOException {
        assertThat(
                        raw(
                                "POST /api/v1/query HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"))
                .contains("405");
    }

    /** The name of another host may lead here: its page must not read what is here. */
    @ParameterizedTest
    @ValueSource(strings = {"evil.example:80", "evil.example", "127.0.0.1.evil.example"})
    void anotherHostIsRefused(String host) throws IOException {
        assertThat(raw("GET / HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n".formatted(host)))
                .contains("421");
    }

    @Test
    void thePageSaysThatNoPrometheusListens() throws Exception {
        prometheus.stop(0);
        HttpResponse<String> got = get("/api/v1/query?query=up");
        assertThat(got.statusCode()).isEqualTo(502);
        assertThat(got.body()).startsWith("No Prometheus listens at http://127.0.0.1:");
    }

    @Test
    void whatIsNoPrometheusIsNamed() throws Exception {
        reply = "<html>";
        assertThat(get("/api/v1/query?query=up").body())
                .startsWith("Expected JSON from a Prometheus at http://127.0.0.1:");
    }

    @Test
    void aReplyThatIsTooLongIsRefused() throws Exception {
        reply = "{".repeat(PrometheusQueries.MAX_REPLY_BYTES + 1);
        HttpResponse<String> got = get("/api/v1/query?query=up");
        assertThat(got.statusCode()).isEqualTo(502);
        assertThat(got.body()).contains("is longer than 16 MiB");
    }
}
