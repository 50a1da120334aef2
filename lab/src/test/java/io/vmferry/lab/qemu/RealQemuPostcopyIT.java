package io.vmferry.lab.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vmferry.lab.process.QmpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Postcopy with a real QEMU, both ways: pages that are read before they have arrived are requested,
 * and in the end every byte is the same.
 */
class RealQemuPostcopyIT extends PostcopyWithQemu {

    /** So slow that no page arrives before it is read. */
    private static final long SLOW_BYTES_PER_SECOND = 4 << 20;

    /** Far beyond the pages that have arrived by then. */
    private static final int READ_FROM = 60 << 20;

    private static final int READ_BYTES = 1 << 20;

    @SuppressWarnings("NullAway.Init") // set as the test begins
    private byte[] content;

    @Override
    byte[] content() {
        content = new byte[BYTES];
        new SplittableRandom(13).nextBytes(content);
        // and some zeros, also in the range that is read
        Arrays.fill(content, READ_FROM - (1 << 20), READ_FROM + 8192, (byte) 0);
        return content;
    }

    @Override
    void migrate(QmpClient source, QmpClient destination) throws Exception {
        limit(source, "max-bandwidth", SLOW_BYTES_PER_SECOND);
        limit(source, "max-postcopy-bandwidth", SLOW_BYTES_PER_SECOND);
        source.execute("migrate", "{\"uri\": \"" + address(0) + "\"}");
        source.awaitMigration("active");
        source.execute("migrate-start-postcopy");
        source.awaitMigration("postcopy-active");
        destination.awaitMigration("postcopy-active");

        assertThat(read(destination))
                .isEqualTo(Arrays.copyOfRange(content, READ_FROM, READ_FROM + READ_BYTES));
        JsonNode figures = source.execute("query-migrate");
        assertThat(figures.path("status").asText()).isEqualTo("postcopy-active");
        // not one for each page: the background continues after the requested one
        assertThat(figures.at("/ram/postcopy-requests").asInt()).isPositive();

        limit(source, "max-postcopy-bandwidth", 0);
        source.awaitMigration("completed");
        destination.awaitMigration("completed");
    }

    private static void limit(QmpClient source, String parameter, long bytesPerSecond)
            throws Exception {
        source.execute(
                "migrate-set-parameters", "{\"%s\": %d}".formatted(parameter, bytesPerSecond));
    }

    private byte[] read(QmpClient destination) throws Exception {
        Path part = directory.resolve("part.img");
        destination.execute(
                "pmemsave",
                "{\"val\": %d, \"size\": %d, \"filename\": \"%s\"}"
                        .formatted(READ_FROM, READ_BYTES, part));
        return Files.readAllBytes(part);
    }
}
