package io.vmferry.lab.clients;

import io.vmferry.protocol.status.Side;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Lets a client meet situations.
 *
 * @param deadlineSeconds that the command may take
 * @param holdMillis how long a state lasts that would pass
 */
record SituationRun(Client client, int deadlineSeconds, int holdMillis) {

    private static final long JOIN_MILLIS = 20_000;

    Row run(Situation situation, Pairs pairs) throws IOException, InterruptedException {
        long began = System.nanoTime();
        Path directory = Files.createTempDirectory("vmferry-clients");
        try (ClientPair pair = pairs.start(situation, holdMillis, client.tcp(), directory)) {
            Others others = Others.begin(pair, situation.steps(holdMillis, directory));
            try {
                if (situation.joins().isPresent()) {
                    join(situation.joins().get(), pair);
                }
                return row(situation, pairs, pair, others, began);
            } finally {
                others.stop();
            }
        } finally {
            delete(directory);
        }
    }

    private static void join(String status, ClientPair pair)
            throws IOException, InterruptedException {
        pair.migrate();
        if (!Waiting.until(JOIN_MILLIS, () -> pair.node(Side.SOURCE).status().equals(status))) {
            throw new IOException(
                    "The source has not come to %s: it is %s".formatted(status, pair.statuses()));
        }
    }

    private Row row(
            Situation situation, Pairs pairs, ClientPair pair, Others others, long rowBeganNanos)
            throws IOException, InterruptedException {
        List<String> complaints = new ArrayList<>();
        long began = System.nanoTime();
        ClientRun started = ClientRun.start(client.command(), environment(situation, pairs, pair));
        boolean inTime;
        long millis;
        int left;
        try {
            inTime = started.await(deadlineSeconds);
            millis = millisSince(began);
        } finally {
            left = started.end();
        }
        if (!inTime) {
            complaints.add("did not end within %d s".formatted(deadlineSeconds));
        } else if (left > 0) {
            complaints.add("left %d processes behind".formatted(left));
        }
        others.end(2L * holdMillis);
        if (!pair.migrated() && !situation.refused()) {
            complaints.add("never migrated");
        }
        pair.awaitRest(3L * holdMillis / 2);
        GuestEnd end = pair.end();
        List<String> output = started.output();
        String last = output.isEmpty() ? "" : output.getLast();
        ReportedEnd reported = inTime ? ReportedEnd.of(started.exitCode(), last) : ReportedEnd.NONE;
        return new Row(
                client.name(),
                situation,
                pairs.version(),
                end,
                pair.statuses(),
                reported,
                last,
                complaints,
                millis,
                millisSince(rowBeganNanos));
    }

    private static long millisSince(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
    }

    private static Map<String, String> environment(
            Situation situation, Pairs pairs, ClientPair pair) {
        Map<String, String> environment = new HashMap<>(pair.environment());
        environment.put("VMFERRY_SITUATION", situation.name());
        environment.put("VMFERRY_PROFILE", pairs.profile().text());
        environment.put("VMFERRY_JOINS", situation.joins().isPresent() ? "yes" : "");
        environment.put("VMFERRY_POSTCOPY", situation.postcopy() ? "yes" : "");
        return environment;
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
