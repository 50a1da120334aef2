package io.vmferry.lab.bench;

import io.vmferry.lab.process.ChildProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * The cost of metrics in throughput: the same guest is migrated without them, and with both nodes
 * scraped once a second, which is more often than usual.
 */
final class MetricsCost {

    private static final String UNIT = "MiB/s";
    private static final double MARK = 0.99;
    private static final int SCRAPE_MILLIS = 1000;
    private static final String[] METRICS = {"--metrics", "127.0.0.1:0"};
    private static final Pattern SERVING = Pattern.compile(".* Metrics at (http:\\S+)");

    private final BenchContext context;
    private final long bytes;
    private final String workload;

    private MetricsCost(BenchContext context) {
        this.context = context;
        this.bytes = context.scaled(4 * BenchContext.GIB);
        this.workload = "idle,zero=0,compressible=0,boot=" + bytes;
    }

    static List<Figure> measure(BenchContext context) throws Exception {
        return new MetricsCost(context).measure();
    }

    private List<Figure> measure() throws Exception {
        List<Double> without = new ArrayList<>();
        List<Double> with = new ArrayList<>();
        for (int run = 0; run < context.runs(); run++) {
            // the order alternates, so that a machine that gets slower favours neither
            if (run % 2 == 0) {
                without.add(plain());
                with.add(scraped());
            } else {
                with.add(scraped());
                without.add(plain());
            }
            context.say(
                    "without %.0f, with metrics %.0f MiB/s"
                            .formatted(without.getLast(), with.getLast()));
        }
        String how =
                "precopy of %d MiB over loopback TCP, both nodes with --metrics and scraped once a second"
                        .formatted(bytes / BenchContext.MIB);
        Samples scraped = new Samples(with);
        return List.of(
                Figure.of("precopy-with-metrics", UNIT, scraped, how),
                Figure.of(
                                "metrics-to-none",
                                "ratio",
                                scraped.dividedBy(new Samples(without)),
                                "median of the ratios of each round, without metrics in turn; "
                                        + how)
                        .atLeast(MARK));
    }

    private double plain() throws Exception {
        try (MeasuredPair pair = MeasuredPair.ours(context, bytes, workload)) {
            return pair.migrate().mebibytesPerSecond();
        }
    }

    private double scraped() throws Exception {
        List<String> source = List.of("--workload", workload, METRICS[0], METRICS[1]);
        try (MeasuredPair pair = MeasuredPair.ours(context, bytes, source, List.of(METRICS));
                HttpClient client = HttpClient.newHttpClient();
                ScheduledExecutorService scraper = Executors.newSingleThreadScheduledExecutor()) {
            URI atSource = metrics(pair.sourceProcess());
            URI atDestination = metrics(pair.destinationProcess());
            var _ =
                    scraper.scheduleAtFixedRate(
                            () -> {
                                scrape(client, atSource);
                                scrape(client, atDestination);
                            },
                            0,
                            SCRAPE_MILLIS,
                            TimeUnit.MILLISECONDS);
            double result = pair.migrate().mebibytesPerSecond();
            scraper.shutdownNow();
            return result;
        }
    }

    private static URI metrics(ChildProcess daemon) throws Exception {
        return URI.create(daemon.awaitLogLine(SERVING).group(1));
    }

    private static void scrape(HttpClient client, URI uri) {
        try {
            HttpResponse<String> response =
                    client.send(
                            HttpRequest.newBuilder(uri).build(),
                            HttpResponse.BodyHandlers.ofString());
            if (!response.body().contains("vmferry_migration_status")) {
                throw new AssertionError("No metrics at " + uri + ": " + response.body());
            }
        } catch (IOException e) {
            throw new AssertionError("No metrics at " + uri, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
