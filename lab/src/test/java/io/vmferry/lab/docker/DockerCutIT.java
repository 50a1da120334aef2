package io.vmferry.lab.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections that are not closed: the network is disconnected, or the peer is stopped. */
@NeedsEngine
class DockerCutIT {

    /** Longer than a busy machine keeps a healthy peer from answering. */
    private static final String WATCHFUL = "--liveness-limit 8";

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

    /** As a management layer does that knows of the network's trouble before TCP does. */
    @Test
    void pausedByHandAndRecoveredWhenTheNetworkIsBack() throws Exception {
        pair.start("", "");
        pair.postcopy();
        pair.network().disconnect(pair.destination());
        assertThat(pair.source().queryMigrate().path("status").asText())
                .isEqualTo("postcopy-active");
        pair.source().qmp().execute("migrate-pause");
        pair.destination().qmp().execute("migrate-pause");
        pair.awaitStatus("postcopy-paused");
        pair.network().connect(pair.destination(), "dest");
        pair.recover();
        pair.arrives();
    }

    @Test
    void pausedByItselfWhenTheNetworkIsDisconnected() throws Exception {
        pair.start(WATCHFUL, "");
        pair.postcopy();
        pair.network().disconnect(pair.destination());
        pair.awaitStatus("postcopy-paused");
        pair.network().connect(pair.destination(), "dest");
        pair.recover();
        pair.arrives();
    }

    /** Its kernel still acknowledges every byte: only who asks the daemon can know. */
    @Test
    void pausedByItselfWhenTheDestinationStandsStill() throws Exception {
        pair.start(WATCHFUL, "");
        pair.postcopy();
        pair.destination().standStill();
        pair.source().qmp().awaitMigration("postcopy-paused");
        pair.destination().goOn();
        pair.recover();
        pair.arrives();
    }

    @Test
    void cancelledWhileTheDestinationStandsStill() throws Exception {
        pair.start("", "--once");
        pair.precopy();
        pair.destination().standStill();
        pair.source().qmp().execute("migrate_cancel");
        pair.source().qmp().awaitMigration("cancelled");
        assertThat(pair.source().runState()).isEqualTo("running");
        pair.writes(pair.source());
        pair.destination().goOn();
        pair.destination().exits(3);
    }
}
