package io.vmferry.dest.incoming;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.protocol.returnpath.ReturnPathMessage;
import io.vmferry.protocol.status.MigrationStatus;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The return path's own connection finds its migration. */
class ReturnPathPairingTest {

    private static final UUID ID = new UUID(0x1234, 0x5678);
    private static final UUID OTHER = new UUID(1, 2);

    private static void assertPaired(Destination here, ManualLink main, ManualLink returnPath) {
        here.assertCompleted();
        assertThat(Destination.messages(returnPath))
                .containsExactly(new ReturnPathMessage.Pong(1), new ReturnPathMessage.Shut(0));
        assertThat(main.sent()).isEmpty();
        assertThat(returnPath.closed()).isTrue();
        assertThat(main.closed()).isTrue();
    }

    @Test
    void theReturnPathMayComeFirst() {
        try (Destination here = new Destination()) {
            ManualLink returnPath = here.connect();
            returnPath.receive(StreamBytes.preamble(ID));
            ManualLink main = here.connect();
            main.receive(StreamBytes.withReturnPath(ID));
            here.loop.run();
            assertPaired(here, main, returnPath);
        }
    }

    @Test
    void theStreamWaitsForAReturnPathThatComesLater() {
        try (Destination here = new Destination()) {
            ManualLink main = here.connect();
            main.receive(StreamBytes.withReturnPath(ID));
            here.loop.advance(TimeUnit.SECONDS.toNanos(29));
            assertThat(here.status()).isEqualTo(MigrationStatus.ACTIVE);
            ManualLink returnPath = here.connect();
            for (byte b : StreamBytes.preamble(ID)) {
                returnPath.receive(new byte[] {b});
            }
            here.loop.run();
            assertPaired(here, main, returnPath);
            here.loop.advance(TimeUnit.SECONDS.toNanos(60));
            here.assertCompleted();
        }
    }

    @Test
    void theStreamDoesNotWaitForEver() {
        try (Destination here = new Destination()) {
            ManualLink main = here.connect();
            main.receive(StreamBytes.withReturnPath(ID));
            here.loop.advance(TimeUnit.SECONDS.toNanos(31));
            here.assertFailed("return path did not arrive within 30 s");
            assertThat(main.sent()).isEmpty();
            assertThat(main.closed()).isTrue();
        }
    }

    @Test
    void theReturnPathOfAnotherMigrationIsRejected() {
        try (Destination here = new Destination()) {
            ManualLink main = here.connect();
            main.receive(StreamBytes.withReturnPath(ID));
            ManualLink wrong = here.connect();
            wrong.receive(StreamBytes.preamble(OTHER));
            assertThat(wrong.aborted()).isTrue();
            ManualLink right = here.connect();
            right.receive(StreamBytes.preamble(ID));
            here.loop.run();
            assertPaired(here, main, right);
        }
    }

    @Test
    void aReturnPathOfAnotherMigrationThatCameFirstDoesNotKeepTheRightOneOut() {
        try (Destination here = new Destination()) {
            ManualLink wrong = here.connect();
            wrong.receive(StreamBytes.preamble(OTHER));
            ManualLink right = here.connect();
            right.receive(StreamBytes.preamble(ID));
            ManualLink main = here.connect();
            main.receive(StreamBytes.withReturnPath(ID));
            here.loop.run();
            assertPaired(here, main, right);
            assertThat(wrong.aborted()).isTrue();
        }
    }

    @Test
    void aSecondReturnPathIsRejected() {
        try (Destination here = new Destination()) {
            ManualLink main = here.connect();
            byte[] stream = StreamBytes.withReturnPath(ID);
            main.receive(Arrays.copyOf(stream, stream.length - 6));
            ManualLink first = here.connect();
            first.receive(StreamBytes.preamble(ID));
            ManualLink second = here.connect();
            second.receive(StreamBytes.preamble(ID));
            assertThat(second.aborted()).isTrue();
            main.receive(Arrays.copyOfRange(stream, stream.length - 6, stream.length));
            here.loop.run();
            assertPaired(here, main, first);
        }
    }

    @Test
    void aReturnPathThatClosesBeforeTheStreamComesIsForgotten() {
        try (Destination here = new Destination()) {
            ManualLink gone = here.connect();
            gone.receive(StreamBytes.preamble(ID));
            gone.end();
            ManualLink again = here.connect();
            again.receive(StreamBytes.preamble(ID));
            ManualLink main = here.connect();
            main.receive(StreamBytes.withReturnPath(ID));
            here.loop.run();
            assertPaired(here, main, again);
        }
    }

    @Test
    void aReturnPathThatBreaksFailsTheMigration() {
        try (Destination here = new Destination()) {
            ManualLink returnPath = here.connect();
            returnPath.receive(StreamBytes.preamble(ID));
            ManualLink main = here.connect();
            byte[] stream = StreamBytes.withReturnPath(ID);
            main.receive(Arrays.copyOf(stream, stream.length - 6));
            returnPath.breakOff("Connection reset by peer");
            here.assertFailed("Return path broke", "Connection reset by peer");
            assertThat(main.closed()).isTrue();
        }
    }

    @Test
    void aReturnPathThatTalksBackFailsTheMigration() {
        try (Destination here = new Destination()) {
            ManualLink returnPath = here.connect();
            returnPath.receive(StreamBytes.preamble(ID));
            here.loop.run();
            returnPath.receive(new byte[5]);
            here.assertFailed("Return path", "5 bytes");
        }
    }

    @Test
    void aPreambleOfAnotherVersionFailsTheMigration() {
        try (Destination here = new Destination()) {
            byte[] preamble = StreamBytes.preamble(ID);
            preamble[7] = 2;
            here.connect().receive(preamble);
            here.assertFailed("Return path of peer-1", "version 2", "byte 4");
        }
    }

    @Test
    void aMainChannelThatBreaksWhileItWaitsFailsAtOnce() {
        try (Destination here = new Destination()) {
            ManualLink main = here.connect();
            main.receive(StreamBytes.withReturnPath(ID));
            here.loop.run();
            main.breakOff("Connection reset by peer");
            here.assertFailed("Main channel", "Connection reset by peer");
        }
    }
}
