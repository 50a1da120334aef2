package io.vmferry.lab.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Guests move between containers, and outsiders see what the daemons say of themselves. */
@NeedsEngine
class DockerPairIT {

    private static final int MIGRATION_PORT = 4444;

    @TempDir Path directory;
    private DockerPair pair;

    @BeforeEach
    void open() throws IOException {
        pair = new DockerPair(directory);
    }

    @AfterEach
    void close() throws IOException {
        pair.close();
    }

    @ParameterizedTest(name = "return path {0}: {1} connections")
    @CsvSource({"channel, 2", "inline, 1"})
    void precopyByAsManyConnectionsAsSaid(String returnPath, int connections) throws Exception {
        pair.start("--capability return-path --return-path " + returnPath, "");
        pair.precopy();
        assertThat(Sockets.established(pair.source()).to(MIGRATION_PORT)).hasSize(connections);
        assertThat(Sockets.established(pair.destination()).from(MIGRATION_PORT))
                .hasSize(connections);
        pair.arrives();
    }

    @Test
    void postcopy() throws Exception {
        pair.start("", "");
        pair.postcopy();
        pair.writes(pair.destination());
        pair.arrives();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "netem delay 5ms loss 0.1%", // latency and loss
        "tbf rate 200mbit burst 64kb latency 50ms" // a narrow link
    })
    void overABadNetwork(String discipline) throws Exception {
        pair.start("", "");
        Shaping.apply(pair.source(), discipline);
        Shaping.apply(pair.destination(), discipline);
        pair.postcopy();
        pair.writes(pair.destination());
        pair.arrives();
    }

    /** Health is a reply of the daemon's, so that one that only exists is not healthy. */
    @Test
    void whoDoesNotReplyIsNotHealthy() throws Exception {
        pair.start("", "");
        assertThat(Health.check(pair.source())).isEqualTo(new Health(0, "running"));
        assertThat(Health.check(pair.destination())).isEqualTo(new Health(0, "inmigrate"));
        pair.destination().signal("STOP");
        assertThat(Health.check(pair.destination()).exitCode()).isEqualTo(1);
        pair.destination().signal("CONT");
        assertThat(Health.check(pair.destination()).exitCode()).isZero();
    }
}
