package io.vmferry.dest.incoming;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.protocol.multifd.PacketFormat;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.status.MigrationStatus;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Migrations with two multifd channels beside the main one. */
class MultifdLoadTest {

    private static Destination destination(Profile profile) {
        Destination.Plan plan = new Destination.Plan();
        plan.profile = profile;
        plan.capabilities = EnumSet.of(Capability.EVENTS, Capability.MULTIFD);
        return new Destination(plan);
    }

    private static Destination destination() {
        return destination(Profile.QEMU_10_2);
    }

    private static StreamBytes start() {
        return new StreamBytes().begin().ramStart().flush();
    }

    private static ManualLink connect(Destination here, PacketBytes bytes) {
        ManualLink link = here.connect();
        link.receive(bytes.bytes());
        here.loop.run();
        return link;
    }

    private static ManualLink connect(Destination here, StreamBytes bytes) {
        ManualLink link = here.connect();
        link.receive(bytes.bytes());
        here.loop.run();
        return link;
    }

    private static int firstByte(Destination here, int page) {
        return here.ram.blocks().getFirst().segment().get(ValueLayout.JAVA_BYTE, page * 4096L);
    }

    @Test
    void pagesComeOnAllChannels() {
        try (Destination here = destination()) {
            ManualLink main = connect(here, start());
            connect(here, PacketBytes.begin(1).sync().page(1, 11).sync());
            connect(here, PacketBytes.begin(0).sync().page(0, 10).page(2, 12).sync());
            main.receive(new StreamBytes().flush().eof().hex("06 00000000").bytes());
            here.loop.run();
            here.assertCompleted();
            assertThat(firstByte(here, 0)).isEqualTo(10);
            assertThat(firstByte(here, 1)).isEqualTo(11);
            assertThat(firstByte(here, 2)).isEqualTo(12);
            assertThat(here.ends.getFirst().normalPages()).isEqualTo(3);
            long sync = PacketFormat.HEADER_BYTES;
            assertThat(here.ends.getFirst().multifdBytes())
                    .as("initial packet, synchronisations, pages")
                    .containsExactly(
                            Map.entry(0, 64 + 4 * sync + 2 * 4096),
                            Map.entry(1, 64 + 3 * sync + 4096));
        }
    }

    /** A later version of a page waits on its channel until the stream has passed the mark. */
    @Test
    void aChannelWaitsAtItsSynchronisationForTheOthers() {
        try (Destination here = destination()) {
            connect(here, start());
            connect(here, PacketBytes.begin(0).sync().sync().page(0, 2));
            ManualLink late = connect(here, PacketBytes.begin(1).sync());
            assertThat(firstByte(here, 0)).isZero();
            late.receive(new PacketBytes().page(0, 1).sync().bytes());
            here.loop.run();
            assertThat(firstByte(here, 0)).isEqualTo(1);
        }
    }

    /** The mark of the stream waits for what comes on the channels before their synchronisation. */
    @Test
    void theStreamWaitsForTheChannels() {
        try (Destination here = destination()) {
            ManualLink main = connect(here, start());
            connect(here, PacketBytes.begin(0).sync().sync());
            ManualLink late = connect(here, PacketBytes.begin(1).sync());
            main.receive(new StreamBytes().flush().eof().hex("06 00000000").bytes());
            here.loop.run();
            assertThat(here.status()).isEqualTo(MigrationStatus.ACTIVE);
            late.receive(new PacketBytes().page(3, 9).sync().bytes());
            here.loop.run();
            here.assertCompleted();
            assertThat(firstByte(here, 3)).isEqualTo(9);
        }
    }

    /** Before there was MULTIFD_FLUSH, each end of RAM's payload was the mark. */
    @Test
    void everyEndOfASectionIsAMarkOfOldVersions() {
        try (Destination here = destination(Profile.QEMU_7_2)) {
            ManualLink main = connect(here, new StreamBytes().begin().ramStart());
            connect(here, PacketBytes.begin(0).sync().page(0, 1).sync().sync());
            ManualLink other = connect(here, PacketBytes.begin(1).sync().sync());
            main.receive(
                    new StreamBytes().part(out -> {}).ramEnd().eof().hex("06 00000000").bytes());
            here.loop.run();
            assertThat(here.status()).isEqualTo(MigrationStatus.ACTIVE);
            other.receive(new PacketBytes().sync().bytes());
            here.loop.run();
            here.assertCompleted();
        }
    }

    @Test
    void channelsMayComeBeforeTheMainOne() {
        try (Destination here = destination()) {
            connect(here, PacketBytes.begin(0).sync());
            connect(here, PacketBytes.begin(1).sync());
            connect(here, start().eof().hex("06 00000000"));
            here.assertCompleted();
        }
    }

    @Test
    void aChannelThatDoesNotComeIsNamed() {
        try (Destination here = destination()) {
            connect(here, start());
            connect(here, PacketBytes.begin(0).sync());
            here.loop.advance(TimeUnit.SECONDS.toNanos(30));
            here.assertFailed("The multifd channel 1 did not arrive within 30 s");
        }
    }

    @Test
    void aChannelThatComesTwiceFailsTheMigration() {
        try (Destination here = destination()) {
            connect(here, start());
            connect(here, PacketBytes.begin(1));
            ManualLink second = connect(here, PacketBytes.begin(1));
            here.assertFailed("multifd: received id '1', but there is one already");
            assertThat(second.aborted()).as("no channel, and yet closed").isTrue();
        }
    }

    @Test
    void aChannelOfAnotherGuestFailsTheMigration() {
        try (Destination here = destination()) {
            ManualLink other = connect(here, PacketBytes.begin(new UUID(1, 2), 0));
            here.assertFailed("multifd: received uuid", "for channel 0");
            assertThat(other.aborted()).as("no channel, and yet closed").isTrue();
        }
    }

    @Test
    void aChannelThatIsOneTooManyFailsTheMigration() {
        try (Destination here = destination()) {
            ManualLink third = connect(here, PacketBytes.begin(2));
            here.assertFailed(
                    "multifd: received channel id 2 is greater than number of channels 2");
            assertThat(third.aborted()).as("no channel, and yet closed").isTrue();
        }
    }

    @Test
    void aChannelThatComesAfterTheSwitchToPostcopyIsRefused() {
        Destination.Plan plan = PostcopyPlan.plan(Profile.QEMU_10_2, Capability.MULTIFD);
        try (Destination here = new Destination(plan)) {
            ManualLink main = connect(here, new StreamBytes().beginPostcopy().flush());
            connect(here, PacketBytes.begin(0).sync());
            connect(here, PacketBytes.begin(1).sync());
            main.receive(
                    new StreamBytes().discard(0, 8).packaged(StreamBytes.listen().run()).bytes());
            here.loop.run();
            ManualLink late = connect(here, PacketBytes.begin(1));
            assertThat(late.aborted()).isTrue();
            assertThat(here.error()).contains("pages come on the main channel now");
        }
    }

    /** Some sources synchronise until the end; the stream does not come to a mark any more. */
    @Test
    void aSynchronisationInPostcopyHoldsNothing() {
        Destination.Plan plan = PostcopyPlan.plan(Profile.QEMU_10_2, Capability.MULTIFD);
        try (Destination here = new Destination(plan)) {
            ManualLink main = connect(here, new StreamBytes().beginPostcopy().flush());
            ManualLink link = connect(here, PacketBytes.begin(0).sync());
            connect(here, PacketBytes.begin(1).sync());
            main.receive(
                    new StreamBytes().discard(0, 8).packaged(StreamBytes.listen().run()).bytes());
            here.loop.run();
            link.receive(new PacketBytes().sync().sync().bytes());
            here.loop.run();
            assertThat(here.status()).isEqualTo(MigrationStatus.POSTCOPY_ACTIVE);
            link.receive(new PacketBytes().page(0, 1).bytes());
            here.loop.run();
            assertThat(here.error()).contains("pages after the switch to postcopy");
        }
    }

    @Test
    void pagesAfterTheSwitchToPostcopyAreRefused() {
        Destination.Plan plan = PostcopyPlan.plan(Profile.QEMU_10_2, Capability.MULTIFD);
        try (Destination here = new Destination(plan)) {
            ManualLink main = connect(here, new StreamBytes().beginPostcopy().flush());
            ManualLink link = connect(here, PacketBytes.begin(0).sync());
            connect(here, PacketBytes.begin(1).sync());
            main.receive(
                    new StreamBytes().discard(0, 8).packaged(StreamBytes.listen().run()).bytes());
            here.loop.run();
            assertThat(here.status()).isEqualTo(MigrationStatus.POSTCOPY_ACTIVE);
            link.receive(new PacketBytes().page(0, 1).bytes());
            here.loop.run();
            assertThat(here.status()).isEqualTo(MigrationStatus.POSTCOPY_PAUSED);
            assertThat(here.error()).contains("pages after the switch to postcopy");
            assertThat(firstByte(here, 0)).isZero();
        }
    }

    @Test
    void theEndOfAChannelInPostcopyIsNotNoticed() {
        Destination.Plan plan = PostcopyPlan.plan(Profile.QEMU_10_2, Capability.MULTIFD);
        try (Destination here = new Destination(plan)) {
            ManualLink main = connect(here, new StreamBytes().beginPostcopy().flush());
            ManualLink link = connect(here, PacketBytes.begin(0).sync());
            connect(here, PacketBytes.begin(1).sync());
            main.receive(
                    new StreamBytes().discard(0, 8).packaged(StreamBytes.listen().run()).bytes());
            here.loop.run();
            link.breakOff("Connection reset by peer");
            here.loop.run();
            assertThat(here.status()).isEqualTo(MigrationStatus.POSTCOPY_ACTIVE);
        }
    }

    @Test
    void withoutTheCapabilityItIsNoSource() {
        try (Destination here = new Destination()) {
            connect(here, PacketBytes.begin(0));
            here.assertFailed("is not a migration source", "0x11223344");
        }
    }

    @Test
    void pagesBeforeTheFirstSynchronisationAreRefusedWithTheirPlace() {
        try (Destination here = destination()) {
            connect(here, start());
            connect(here, PacketBytes.begin(0));
            connect(here, PacketBytes.begin(1).page(0, 1));
            here.assertFailed(
                    "Multifd channel 1: multifd: received packet 0 with 1 pages before the first"
                            + " synchronisation",
                    "(at byte 64 of multifd channel 1)");
        }
    }

    @Test
    void aChannelThatEndsInsideAPacketFailsTheMigration() {
        try (Destination here = destination()) {
            connect(here, start());
            ManualLink link = connect(here, PacketBytes.begin(0).sync());
            connect(here, PacketBytes.begin(1).sync());
            link.receive(Arrays.copyOf(new PacketBytes().page(0, 1).bytes(), 5000));
            link.end();
            here.loop.run();
            here.assertFailed("Multifd channel 0 broke after 6,408 bytes: closed by the source");
        }
    }

    @Test
    void aChannelThatEndsBeforeASynchronisationFailsTheMigration() {
        try (Destination here = destination()) {
            ManualLink main = connect(here, start());
            ManualLink link = connect(here, PacketBytes.begin(0).sync());
            connect(here, PacketBytes.begin(1).sync().sync());
            link.end();
            here.loop.run();
            assertThat(here.status()).isEqualTo(MigrationStatus.ACTIVE);
            main.receive(new StreamBytes().flush().bytes());
            here.loop.run();
            here.assertFailed(
                    "Multifd channel 0: ended before the synchronisation that the main channel"
                            + " waits for");
        }
    }

    @Test
    void aChannelThatBreaksFailsTheMigration() {
        try (Destination here = destination()) {
            connect(here, start());
            ManualLink link = connect(here, PacketBytes.begin(0).sync());
            connect(here, PacketBytes.begin(1).sync());
            link.breakOff("Connection reset by peer");
            here.loop.run();
            here.assertFailed(
                    "Multifd channel 0 broke after 1,408 bytes: Connection reset by peer");
        }
    }
}
