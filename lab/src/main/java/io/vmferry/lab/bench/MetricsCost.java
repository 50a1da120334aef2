package io.vmferry.lab.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * What metrics cost a migration: the same guest is moved without them, and with both nodes being
 * scraped once a second, which is more often than usual.
 */
final class MetricsCost {

    private static final String UNIT = "MiB/s";
    private static final double MARK = 0.99;
    private static final int SCRAPE_MILLIS = 1000;
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final Stand stand;
    private final long bytes;
    private final String workload;

    private MetricsCost(Stand stand) {
        this.stand = stand;
        this.bytes = stand.scaled(4 * Stand.GIB);
        this.workload = "idle,zero=0,compressible=0,boot=" + bytes;
    }

    static List<Figure> measure(Stand stand) throws Exception {
        return new MetricsCost(stand).measure();
    }

    private List<Figure> measure() throws Exception {
        List<Double> without = new ArrayList<>();
        List<Double> with = new ArrayList<>();
        for (int run = 0; run < stand.runs(); run++) {
            // who goes first changes, so that a machine that gets slower wrongs neither
            if (run % 2 == 0) {
                without.add(plain());
                with.add(scraped());
            } else {
                with.add(scraped());
                without.add(plain());
            }
            stand.say(
                    "without %.0f, with metrics %.0f MiB/s"
                            .formatted(without.getLast(), with.getLast()));
        }
        String how =
                "precopy of %d MiB over loopback TCP, both nodes with --metrics and scraped once a second"
                        .formatted(bytes / Stand.MIB);
        Samples scraped = new Samples(with);
        return List.of(
                Figure.unmarked("precopy-with-metrics", UNIT, scraped, how),
                Figure.marked(
                        "metrics-to-none",
                        "ratio",
                        scraped.dividedBy(new Samples(without)),
                        Mark.atLeast(MARK),
                        "median of the ratios of each round, without metrics in turn; " + how));
    }

    private double plain() throws Exception {
        try (Pair pair = Pair.ours(stand, bytes, workload)) {
            return throughput(pair);
        }
    }

    private double scraped() throws Exception {
        int source = freePort();
        int destination = freePort();
        try (Pair pair =
                        Pair.ours(
                                stand,
                                bytes,
                                workload,
                                Optional.empty(),
                                metrics(source),
                                metrics(destination));
                HttpClient client = HttpClient.newHttpClient();
                ScheduledExecutorService scraper = Executors.newSingleThreadScheduledExecutor()) {
            var _ =
                    scraper.scheduleAtFixedRate(
                            () -> {
                                scrape(client, source);
                                scrape(client, destination);
                            },
                            0,
                            SCRAPE_MILLIS,
                            TimeUnit.MILLISECONDS);
            double result = throughput(pair);
            scraper.shutdownNow();
            return result;
        }
    }

    private static List<String> metrics(int port) {
        return List.of("--metrics", "127.0.0.1:" + port);
    }

    private static void scrape(HttpClient client, int port) {
        URI uri = URI.create("http://127.0.0.1:%d/metrics".formatted(port));
        try {
            HttpResponse<String> answer =
                    client.send(
                            HttpRequest.newBuilder(uri).build(),
                            HttpResponse.BodyHandlers.ofString());
            if (!answer.body().contains("vmferry_migration_status")) {
                throw new AssertionError("No metrics at " + uri + ": " + answer.body());
            }
        } catch (IOException e) {
            throw new AssertionError("No metrics at " + uri, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static double throughput(Pair pair) throws Exception {
        return pair.migrate(0, LIMIT)
                        .orElseThrow(() -> new AssertionError("Not completed within " + LIMIT))
                        .bytesPerSecond()
                / Stand.MIB;
    }

    private static int freePort() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return taken.getLocalPort();
        }
    }
}
