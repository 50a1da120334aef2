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
        Path directory = Files.createTempDirectory("vmferry-clients");
        try (ClientPair pair = pairs.start(situation, holdMillis, client.tcp(), directory)) {
            return run(situation, pairs, pair, directory);
        } finally {
            delete(directory);
        }
    }

    private Row run(Situation situation, Pairs pairs, ClientPair pair, Path directory)
            throws IOException, InterruptedException {
        Others others = Others.begin(pair, situation.steps(holdMillis, directory));
        if (situation.joins().isPresent()) {
            pair.migrate();
            String status = situation.joins().get();
            if (!Waiting.until(JOIN_MILLIS, () -> pair.node(Side.SOURCE).status().equals(status))) {
                throw new IOException(
                        "The source has not come to %s in situation %s: it is %s"
                                .formatted(status, situation.name(), pair.statuses()));
            }
        }
        Map<String, String> environment = new HashMap<>(pair.environment());
        environment.put("VMFERRY_SITUATION", situation.name());
        environment.put("VMFERRY_PROFILE", pairs.profile().text());
        environment.put("VMFERRY_JOINS", situation.joins().isPresent() ? "yes" : "");
        environment.put("VMFERRY_POSTCOPY", situation.postcopy() ? "yes" : "");
        long began = System.nanoTime();
        ClientRun started = ClientRun.start(client.command(), environment);
        List<String> complaints = new ArrayList<>();
        boolean inTime = started.await(deadlineSeconds);
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
        int left = started.end();
        if (!inTime) {
            complaints.add("did not end within %d s".formatted(deadlineSeconds));
        } else if (left > 0) {
            complaints.add("left %d processes behind".formatted(left));
        }
        others.end(2L * holdMillis);
        if (!pair.migrated() && !situation.refused()) {
            complaints.add("never migrated");
        }
        pair.awaitRest(2L * holdMillis);
        GuestEnd end = pair.end();
        List<String> output = started.output();
        String last = output.isEmpty() ? "" : output.getLast();
        Claim claim = inTime ? Claim.of(started.exitCode(), last) : Claim.NONE;
        return new Row(
                client.name(),
                situation,
                pairs.version(),
                end,
                pair.statuses(),
                claim,
                last,
                complaints,
                millis);
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
