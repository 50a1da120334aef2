package io.vmferry.dest.incoming;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.protocol.status.MigrationStatus;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a new connection is taken for. */
class ChannelSorterTest {

    private static final byte[] REQUEST =
            "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    @Test
    void aPeerThatIsNoSourceFailsTheMigration() {
        try (Destination here = new Destination()) {
            ManualLink link = here.connect();
            link.receive(REQUEST);
            here.assertFailed("peer-1 is not a migration source", "0x5145564d", "0x47455420");
            assertThat(here.told).containsExactly("setup", "active", "failed");
            assertThat(link.sent()).isEmpty();
            assertThat(link.aborted()).isTrue();
        }
    }

    @Test
    void aPeerThatIsNoSourceDoesNotDisturbAMigrationUnderWay() {
        try (Destination here = new Destination()) {
            ManualLink main = here.connect();
            main.receive(new StreamBytes().begin().bytes());
            ManualLink other = here.connect();
            other.receive(REQUEST);
            assertThat(other.aborted()).isTrue();
            assertThat(here.status()).isEqualTo(MigrationStatus.ACTIVE);
            main.receive(new StreamBytes().eof().hex("06 00000000").bytes());
            here.assertCompleted();
        }
    }

    @Test
    void aPeerThatEndsWithoutAByteIsIgnored() {
        try (Destination here = new Destination()) {
            here.connect().end();
            here.load(new StreamBytes().begin().eof().bytes());
            here.assertCompleted();
        }
    }

    @Test
    void aPeerThatEndsWithoutAByteIsTheSourceAsForQemu() {
        Destination.Plan plan = new Destination.Plan();
        plan.asQemu = true;
        try (Destination here = new Destination(plan)) {
            here.connect().end();
            here.assertFailed("peer-1 is not a migration stream: it ends after 0 bytes");
        }
        try (Destination here = new Destination(plan)) {
            ManualLink main = here.connect();
            main.receive(new StreamBytes().begin().bytes());
            here.connect().end();
            main.receive(new StreamBytes().eof().hex("06 00000000").bytes());
            here.assertCompleted();
        }
    }

    @Test
    void silentPeersDoNotLockTheSourceOut() {
        try (Destination here = new Destination()) {
            List<ManualLink> silent = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                silent.add(here.connect());
            }
            assertThat(silent).noneMatch(ManualLink::aborted);

            here.load(new StreamBytes().begin().eof().bytes());
            assertThat(silent.getFirst().aborted()).as("the oldest").isTrue();
            here.assertCompleted();
            assertThat(silent).allMatch(ManualLink::aborted);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3})
    void aFileThatIsTooShortForAStreamFails(int length) {
        Destination.Plan plan = new Destination.Plan();
        plan.address = new MigrationAddress.File(Path.of("dump"), 0);
        try (Destination here = new Destination(plan)) {
            here.load(new byte[length]);
            here.assertFailed("peer-1", length + " bytes");
        }
    }

    @Test
    void aFileThatCannotBeReadFailsWithTheReason() {
        Destination.Plan plan = new Destination.Plan();
        plan.address = new MigrationAddress.File(Path.of("dump"), 0);
        try (Destination here = new Destination(plan)) {
            here.connect().breakOff("Input/output error");
            here.assertFailed("peer-1", "Input/output error");
        }
    }

    @Test
    void connectionsAfterTheEndAreRejected() {
        try (Destination here = new Destination()) {
            here.load(new StreamBytes().begin().eof().bytes());
            here.assertCompleted();
            assertThat(here.connect().aborted()).isTrue();
        }
    }
}
