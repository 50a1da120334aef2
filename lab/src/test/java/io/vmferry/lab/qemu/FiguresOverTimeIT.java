package io.vmferry.lab.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.vmferry.lab.process.RealQemu;
import io.vmferry.protocol.profile.Profile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The same slow migration by two real QEMUs and by our two daemons, whose sources are polled for
 * their figures: these change and are related in the same way.
 */
@Isolated("what it measures depends on time")
class FiguresOverTimeIT {

    private static final long SLOW = 8 << 20;
    private static final long FAST = 10L << 30;
    private static final String TRANSFERRED = "/ram/transferred";

    /** The bytes that are sent slowly in each status: some 15 windows. */
    private static final long LOOKED_AT_BYTES = 12 << 20;

    /** The figures of a source. */
    private record ShownOverTime(
            Map<String, Map<String, String>> facts,
            List<String> expectedAtFirst,
            String firstPass,
            long syncsWithoutPass) {}

    @TempDir Path directory;
    private Path image;

    @BeforeEach
    void content() throws IOException {
        byte[] bytes = new byte[64 << 20];
        new SplittableRandom(3).nextBytes(bytes);
        image = Files.write(directory.resolve("ram.img"), bytes);
    }

    @ParameterizedTest
    @EnumSource(names = {"QEMU_7_2", "QEMU_10_0", "QEMU_11_1"})
    void precopy(Profile profile) throws Exception {
        compare(profile, false);
    }

    @ParameterizedTest
    @EnumSource(names = {"QEMU_7_2", "QEMU_10_0", "QEMU_11_1"})
    void postcopy(Profile profile) throws Exception {
        compare(profile, true);
    }

    private void compare(Profile profile, boolean postcopy) throws Exception {
        Optional<RealQemu> qemu = RealQemu.of(profile);
        assumeTrue(qemu.isPresent(), () -> "no QEMU that " + profile.text() + " is like");
        ShownOverTime theirs = shown(ComparedPair.ofQemu(qemu.get(), folder("q"), image), postcopy);
        ShownOverTime ours = shown(ComparedPair.ofOurs(profile, folder("o"), image), postcopy);
        assertThat(ours.facts).isEqualTo(theirs.facts);
        assertThat(ours.firstPass).as("first pass").isEqualTo(theirs.firstPass);
        assertThat(ours.syncsWithoutPass)
                .as("synchronisations that were not announced")
                .isEqualTo(theirs.syncsWithoutPass);
        if (!ours.expectedAtFirst.isEmpty() && !theirs.expectedAtFirst.isEmpty()) {
            assertThat(ours.expectedAtFirst)
                    .as("expected-downtime before a bandwidth is known")
                    .isEqualTo(theirs.expectedAtFirst);
        }
    }

    private Path folder(String name) throws IOException {
        return Files.createDirectory(directory.resolve(name));
    }

    private ShownOverTime shown(ComparedPair pair, boolean postcopy) throws Exception {
        try (pair) {
            start(pair, postcopy);
            Map<String, Map<String, String>> facts = new LinkedHashMap<>();
            FiguresOverTime active = look(pair, List.of("active"));
            facts.put("active", active.facts());
            if (postcopy) {
                pair.source.execute("migrate-start-postcopy");
                List<String> statuses = List.of("postcopy-device", "postcopy-active");
                facts.put("postcopy", look(pair, statuses).facts());
            }
            pair.parameter("max-bandwidth", FAST);
            pair.parameter("max-postcopy-bandwidth", FAST);
            pair.source.awaitMigration("completed");
            List<Long> passes = passes(pair);
            long syncs = pair.source.execute("query-migrate").at("/ram/dirty-sync-count").asLong();
            return new ShownOverTime(
                    facts,
                    active.expectedAtFirst(),
                    passes.getFirst().toString(),
                    syncs - passes.size());
        }
    }

    private void start(ComparedPair pair, boolean postcopy) throws Exception {
        String address = "{\"uri\": \"unix:" + directory.resolve("migrate") + "\"}";
        pair.capabilities(pair.source, "events");
        if (postcopy) {
            pair.capabilities(pair.source, "postcopy-ram");
            pair.capabilities(pair.destination, "postcopy-ram");
        }
        pair.parameter("max-bandwidth", SLOW);
        pair.parameter("max-postcopy-bandwidth", SLOW);
        pair.destination.execute("migrate-incoming", address);
        pair.source.execute("migrate", address);
        pair.awaitStatus(pair.source, "active");
    }

    /** Asks again and again while a good part of the RAM is sent in the given statuses. */
    private static FiguresOverTime look(ComparedPair pair, List<String> statuses) throws Exception {
        FiguresOverTime figures = new FiguresOverTime(SLOW);
        long firstBytes = -1;
        while (true) {
            JsonNode reply = pair.source.execute("query-migrate");
            String status = reply.path("status").asText();
            assertThat(status).as("%s", reply).isNotIn("failed", "cancelled", "completed");
            if (!statuses.contains(status)) {
                assertThat(firstBytes).as("bytes in " + statuses + ", now " + reply).isNegative();
                continue;
            }
            long bytes = reply.at(TRANSFERRED).asLong();
            firstBytes = firstBytes < 0 ? bytes : firstBytes;
            figures.add(reply);
            if (bytes - firstBytes >= LOOKED_AT_BYTES) {
                return figures;
            }
        }
    }

    private static List<Long> passes(ComparedPair pair) {
        List<Long> passes = new ArrayList<>();
        pair.source
                .events("MIGRATION_PASS")
                .forEach(event -> passes.add(event.at("/data/pass").asLong()));
        return passes;
    }
}
