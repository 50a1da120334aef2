package io.vmferry.lab.clients;

import io.vmferry.protocol.status.Side;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Lets a client meet situations.
 *
 * @param deadlineSeconds that the command may take
 * @param holdMillis how long a state lasts that would pass
 * @param keep gets what the client printed and the logs of the pair, in a folder for each row
 */
record SituationRun(Client client, int deadlineSeconds, int holdMillis, Optional<Path> keep) {

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
            try {
                if (keep.isPresent()) {
                    keep(directory, keep.get().resolve(folder(situation, pairs)));
                }
            } finally {
                delete(directory);
            }
        }
    }

    private String folder(Situation situation, Pairs pairs) {
        return "%s-%s-%s"
                .formatted(client.name(), situation.name(), pairs.version())
                .replaceAll("[^A-Za-z0-9._-]", "-");
    }

    private static void keep(Path directory, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(SituationRun::isText).toList()) {
                Files.copy(
                        file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    /** What the client and the nodes have printed. */
    private static boolean isText(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".out") || name.endsWith(".err");
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
            if (keep.isPresent()) {
                Files.write(pair.directory().resolve("client.out"), started.output());
            }
        }
        if (!inTime) {
            complaints.add("was ended after %d s".formatted(deadlineSeconds));
        } else if (left > 0) {
            complaints.add("left %d process%s behind".formatted(left, left == 1 ? "" : "es"));
        }
        others.end(2L * holdMillis);
        if (!pair.migrated() && !situation.refused()) {
            complaints.add("never migrated");
        }
        pair.awaitRest(3L * holdMillis / 2);
        if (!pair.showed(situation)) {
            throw new IOException(
                    "The migration has completed without status "
                            + situation.shows().orElseThrow());
        }
        GuestEnd end = pair.end();
        List<String> output = started.output();
        String last = output.isEmpty() ? "" : output.getLast();
        OptionalInt exitCode = inTime ? OptionalInt.of(started.exitCode()) : OptionalInt.empty();
        exitCode.ifPresent(code -> ReportedEnd.complaint(code, last).ifPresent(complaints::add));
        ReportedEnd reported = inTime ? ReportedEnd.of(started.exitCode(), last) : ReportedEnd.NONE;
        return new Row(
                client.name(),
                situation,
                pairs.version(),
                end,
                pair.statuses(),
                reported,
                exitCode,
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
