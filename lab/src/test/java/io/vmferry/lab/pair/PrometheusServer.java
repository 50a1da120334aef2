package io.vmferry.lab.pair;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vmferry.lab.process.ChildProcess;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A Prometheus with the configuration of the compose file, but for the nodes' addresses. */
final class PrometheusServer implements AutoCloseable {

    private static final Path FOLDER = Path.of("..", "scripts", "docker");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client = HttpClient.newHttpClient();
    private final ChildProcess process;
    private final String url;

    /**
     * Starts it.
     *
     * @param source the address of a node's metrics, with its port
     */
    PrometheusServer(Path directory, String source, String destination) throws IOException {
        String configuration = Files.readString(FOLDER.resolve("prometheus.yml"));
        String here =
                configuration.replace(
                        "\"source:9464\", \"dest:9464\"",
                        "\"%s\", \"%s\"".formatted(source, destination));
        assertThat(here).isNotEqualTo(configuration);
        Files.copy(FOLDER.resolve("alerts.yml"), directory.resolve("alerts.yml"));
        Path file = Files.writeString(directory.resolve("prometheus.yml"), here);
        String listening = "127.0.0.1:" + freePort();
        process =
                ChildProcess.start(
                        directory,
                        "prometheus",
                        List.of(
                                "prometheus",
                                "--config.file=" + file,
                                "--storage.tsdb.path=" + directory.resolve("data"),
                                "--web.listen-address=" + listening));
        url = "http://" + listening + "/";
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** Where it listens. */
    String url() {
        return url;
    }

    /**
     * The series of a query over a time, in seconds since 1970.
     *
     * @param url of the Prometheus, or of what stands before it
     */
    JsonNode range(String url, String query, long begin, long end)
            throws IOException, InterruptedException {
        return result(
                url,
                "query_range?query=%s&start=%d&end=%d&step=1"
                        .formatted(encoded(query), begin, end));
    }

    /** The result of a query; empty as long as Prometheus starts. */
    private JsonNode result(String url, String path) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url + "api/v1/" + path))
                        .timeout(PATIENCE)
                        .build();
        try {
            String body = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
            return JSON.readTree(body).path("data").path("result");
        } catch (ConnectException starting) {
            return JSON.createArrayNode();
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** Waits until a query has so many series. */
    void awaitSeries(String query, int series) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (result(url, "query?query=" + encoded(query)).size() < series) {
            boolean over = process.process().waitFor(50, TimeUnit.MILLISECONDS);
            assertThat(over).as(process.stderr()).isFalse();
            assertThat(System.nanoTime()).as("no %d series of %s", series, query).isLessThan(end);
        }
    }

    @Override
    public void close() {
        client.close();
        process.close();
    }
}
