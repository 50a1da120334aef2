package io.vmferry.tools.dashboard;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vmferry.tools.dashboard.PrometheusQueries.HttpReply;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP server of the page: its files, and the queries that it asks. It serves a few browsers; a
 * connection that finds all threads and places taken is closed.
 */
final class DashboardServer implements AutoCloseable {

    private static final int THREADS = 8;
    private static final int WAITING = 64;
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int NOT_ALLOWED = 405;
    private static final int MISDIRECTED = 421;
    private static final String API = "/api/v1/";
    private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/dist/";

    /** The files of the page, and where they lie. */
    private static final Map<String, String> FILES =
            Map.of(
                    "/", "dashboard.html",
                    "/dashboard.js", "dashboard.js",
                    "/dashboard.css", "dashboard.css",
                    "/dashboard.json", "vmferry.json",
                    "/uPlot.iife.min.js", UPLOT + "uPlot.iife.min.js",
                    "/uPlot.min.css", UPLOT + "uPlot.min.css");

    private final HttpServer server;
    private final ThreadPoolExecutor threads;
    private final PrometheusQueries queries;
    private final InetSocketAddress address;

    private DashboardServer(HttpServer server, PrometheusQueries queries) {
        this.server = server;
        this.queries = queries;
        this.address = server.getAddress();
        this.threads =
                new ThreadPoolExecutor(
                        THREADS,
                        THREADS,
                        0,
                        TimeUnit.SECONDS,
                        new ArrayBlockingQueue<>(WAITING),
                        work -> {
                            Thread thread = new Thread(work, "dashboard");
                            thread.setDaemon(true);
                            return thread;
                        });
    }

    /**
     * Serves the page from now on.
     *
     * @param queries belong to the server, which closes them
     * @throws IOException when the address cannot be had
     */
    static DashboardServer listen(InetSocketAddress address, PrometheusQueries queries)
            throws IOException {
        DashboardServer made = new DashboardServer(HttpServer.create(address, 0), queries);
        made.server.setExecutor(made.threads);
        made.server.createContext("/", made::serve);
        made.server.start();
        return made;
    }

    /** Where a browser finds the page. */
    URI url() {
        return URI.create("http://" + named(address.getAddress()) + ":" + address.getPort() + "/");
    }

    private static String named(InetAddress host) {
        String text = host.getHostAddress();
        return text.contains(":") ? "[" + text + "]" : text;
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!exchange.getRequestMethod().equals("GET")) {
                reply(exchange, HttpReply.sentence(NOT_ALLOWED, "Only GET is served"));
            } else if (!isOurs(exchange.getRequestHeaders().getFirst("Host"))) {
                reply(
                        exchange,
                        HttpReply.sentence(MISDIRECTED, "This is not the host that was asked for"));
            } else {
                serve(exchange, exchange.getRequestURI());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Whether a request was meant for here: a page of another host may have its name lead to a
     * loopback address, and would read what it has no right to.
     */
    private boolean isOurs(@Nullable String host) {
        if (host == null) {
            return false;
        }
        String name = host.replaceFirst(":\\d+$", "");
        return !address.getAddress().isLoopbackAddress()
                || name.equals("localhost")
                || name.equals(named(address.getAddress()));
    }

    private void serve(HttpExchange exchange, URI asked) throws IOException, InterruptedException {
        String path = asked.getPath();
        if (path.startsWith(API)) {
            reply(exchange, queries.ask(path.substring(API.length()), asked.getRawQuery()));
            return;
        }
        Optional<byte[]> file = file(path);
        if (file.isEmpty()) {
            reply(exchange, HttpReply.sentence(NOT_FOUND, "There is no '%s' here".formatted(path)));
            return;
        }
        send(exchange, OK, type(path), file.get());
    }

    private static Optional<byte[]> file(String path) throws IOException {
        String name = FILES.get(path);
        if (name == null) {
            return Optional.empty();
        }
        try (InputStream in = DashboardServer.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("The package lacks its file " + name);
            }
            return Optional.of(in.readAllBytes());
        }
    }

    private static String type(String path) {
        return switch (path.substring(path.lastIndexOf('.') + 1)) {
            case "js" -> "text/javascript; charset=utf-8";
            case "css" -> "text/css; charset=utf-8";
            case "json" -> "application/json";
            default -> "text/html; charset=utf-8";
        };
    }

    private static void reply(HttpExchange exchange, HttpReply reply) throws IOException {
        send(
                exchange,
                reply.status(),
                reply.json() ? "application/json" : "text/plain; charset=utf-8",
                reply.text().getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, int status, String type, byte[] body)
            throws IOException {
        Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Type", type);
        headers.set("Cache-Control", "no-store");
        headers.set("X-Content-Type-Options", "nosniff");
        // uPlot sets no style by text, and nothing comes from elsewhere
        headers.set("Content-Security-Policy", "default-src 'self'; img-src data:");
        exchange.sendResponseHeaders(status, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        queries.close();
    }
}
