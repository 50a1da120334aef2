package io.vmferry.lab.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A container is killed; the one that is left knows what has become of the guest. */
@NeedsEngine
class DockerKillIT {

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

    @Test
    void theSourceTakesItsGuestBackFromADestinationKilledInADeviceLoad() throws Exception {
        pair.start("--device virtio-net", "--device virtio-net,load-time=1000s");
        ContainerNode source = pair.source();
        pair.precopy();
        source.qmp().execute("migrate-start-postcopy");
        source.qmp().awaitMigration("postcopy-device");
        pair.destination().qmp().awaitMigration("postcopy-device");
        pair.destination().kill();

        source.qmp().awaitMigration("failed");
        source.awaitSaid("migration failed: the guest runs on here.*");
        assertThat(source.runState()).isEqualTo("running");
        pair.writes(source);

        ContainerNode second = pair.destination("second", "--device virtio-net");
        source.qmp().forgetEvents();
        source.parameter("max-bandwidth", 0);
        source.migrate("tcp:second:4444");
        source.qmp().awaitMigration("completed");
        pair.arrived(second);
    }

    @Test
    void aDestinationWhoseSourceIsKilledInPrecopyFails() throws Exception {
        pair.start("", "--once");
        pair.precopy();
        pair.source().kill();
        pair.destination().exits(3);
        assertThat(pair.destination().said()).containsPattern("reason +.*[( ]at byte [0-9,]+");
    }

    @Test
    void theGuestRunsOnAtADestinationWhoseSourceIsKilledInPostcopy() throws Exception {
        pair.start("", "");
        pair.postcopy();
        pair.writes(pair.destination()); // its working set has come
        pair.source().kill();

        pair.destination().qmp().awaitMigration("postcopy-paused");
        pair.destination().awaitSaid("migration postcopy-paused: .*");
        assertThat(pair.destination().runState()).isEqualTo("running");
        pair.writes(pair.destination());
    }
}
