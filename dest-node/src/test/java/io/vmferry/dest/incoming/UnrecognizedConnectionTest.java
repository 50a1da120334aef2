package io.vmferry.dest.incoming;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.stream.Command;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Connections that are no source come before, beside and instead of the true one. */
class UnrecognizedConnectionTest {

    private static final UUID ID = new UUID(0x1234, 0x5678);
    private static final byte[] MAGIC = "QEVM".getBytes(StandardCharsets.US_ASCII);

    private static byte[] whole() {
        return new StreamBytes().begin().eof().hex("06 00000000").bytes();
    }

    private static long kept(List<ManualLink> links) {
        return links.stream().filter(link -> !link.aborted()).count();
    }

    @Test
    void aSourceThatHasJustConnectedIsNotRejectedForLaterOnes() {
        try (Destination here = new Destination()) {
            ManualLink source = here.connect();
            for (int i = 0; i < 200; i++) {
                here.connect();
            }
            assertThat(source.aborted()).isFalse();
            source.receive(whole());
            here.loop.run();
            here.assertCompleted();
        }
    }

    @Test
    void howManyAreKeptIsBoundedHoweverFastTheyCome() {
        try (Destination here = new Destination()) {
            List<ManualLink> silent = new ArrayList<>();
            for (int i = 0; i < 5000; i++) {
                silent.add(here.connect());
                assertThat(kept(silent)).isLessThanOrEqualTo(256);
            }
            here.loop.advance(TimeUnit.SECONDS.toNanos(2));
            silent.add(here.connect());
            assertThat(kept(silent)).isEqualTo(16);
            here.load(whole());
            here.assertCompleted();
        }
    }

    @Test
    void fourBytesOfAMagicOccupyNothing() {
        try (Destination here = new Destination()) {
            ManualLink liar = here.connect();
            liar.receive(MAGIC);
            assertThat(here.status()).isEqualTo(MigrationStatus.SETUP);
            ManualLink longer = here.connect();
            longer.receive(Arrays.copyOf(whole(), new StreamBytes().begin().length() - 1));
            assertThat(here.status()).isEqualTo(MigrationStatus.SETUP);
            here.load(whole());
            here.assertCompleted();
            assertThat(liar.aborted()).isTrue();
            assertThat(longer.aborted()).isTrue();
        }
    }

    @Test
    void aMigrationThatBeginsByteByByteIsOne() {
        try (Destination here = new Destination()) {
            ManualLink source = here.connect();
            for (byte one : whole()) {
                source.receive(new byte[] {one});
            }
            here.loop.run();
            here.assertCompleted();
        }
    }

    @Test
    void whoeverIsLateWithItsBeginningIsTheSecond() {
        try (Destination here = new Destination()) {
            ManualLink liar = here.connect();
            liar.receive(MAGIC);
            ManualLink main = here.connect();
            byte[] stream = whole();
            main.receive(Arrays.copyOf(stream, stream.length - 6));
            liar.receive(Arrays.copyOfRange(stream, 4, stream.length));
            assertThat(liar.aborted()).isTrue();
            assertThat(here.status()).isEqualTo(MigrationStatus.ACTIVE);
            main.receive(Arrays.copyOfRange(stream, stream.length - 6, stream.length));
            here.assertCompleted();
        }
    }

    @Test
    void aReturnPathWithAnotherIdDoesNotKeepTheRightOneOut() {
        try (Destination here = new Destination()) {
            List<ManualLink> others = new ArrayList<>();
            for (int i = 0; i < 5000; i++) {
                ManualLink other = here.connect();
                other.receive(StreamBytes.preamble(new UUID(7, i)));
                others.add(other);
            }
            assertThat(kept(others)).isEqualTo(16);
            ManualLink main = here.connect();
            ManualLink right = here.connect();
            right.receive(StreamBytes.preamble(ID));
            main.receive(StreamBytes.withReturnPath(ID));
            here.loop.run();
            here.assertCompleted();
            assertThat(Destination.messages(right))
                    .containsExactly(new ReturnPathMessage.Pong(1), new ReturnPathMessage.Shut(0));
            assertThat(others).allMatch(ManualLink::aborted);
        }
    }

    @Test
    void whoCameBeforeTheSourceIsNotItsPreemptChannel() {
        Destination.Plan plan = new Destination.Plan();
        plan.profile = Profile.QEMU_7_2;
        plan.capabilities.add(Capability.POSTCOPY_RAM);
        plan.capabilities.add(Capability.POSTCOPY_PREEMPT);
        try (Destination here = new Destination(plan)) {
            ManualLink before = here.connect();
            ManualLink main = here.connect();
            main.receive(new StreamBytes().begin().bytes());
            main.receive(new StreamBytes().command(new Command.OpenReturnPath()).bytes());
            here.loop.run();
            before.receive(new byte[] {0, 0, 0, 0, 0, 0, 16, 0});
            here.loop.run();
            assertThat(before.aborted()).isTrue();
            assertThat(here.points).noneMatch(point -> point.startsWith("preempt-channel"));
            here.connect();
            assertThat(here.points).anyMatch(point -> point.startsWith("preempt-channel"));
        }
    }

    @Test
    void withoutDescriptorsHalfOfThoseThatAreSilentGo() {
        try (Destination here = new Destination()) {
            List<ManualLink> silent = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                silent.add(here.connect());
            }
            assertThat(here.acceptor.makeRoom()).isTrue();
            assertThat(kept(silent)).isEqualTo(10);
            assertThat(silent.getFirst().aborted()).isTrue();
            silent.add(here.connect());
            assertThat(kept(silent)).as("no more than fit").isEqualTo(10);
            for (int i = 0; i < 3; i++) {
                here.acceptor.makeRoom();
            }
            assertThat(kept(silent)).as("the channels of a source").isEqualTo(4);
            assertThat(here.acceptor.makeRoom()).isFalse();
            here.load(whole());
            here.assertCompleted();
        }
    }

    @Test
    void withoutDescriptorsReturnPathsThatWaitGoToo() {
        try (Destination here = new Destination()) {
            ManualLink first = here.connect();
            first.receive(StreamBytes.preamble(new UUID(7, 1)));
            ManualLink second = here.connect();
            second.receive(StreamBytes.preamble(new UUID(7, 2)));
            assertThat(here.acceptor.makeRoom()).isTrue();
            assertThat(first.aborted()).isTrue();
            assertThat(here.acceptor.makeRoom()).isFalse();
            assertThat(second.aborted()).isFalse();
        }
    }

    @Test
    void fourBytesOfARecoveryOccupyNothing() throws Exception {
        Destination.Plan plan = new Destination.Plan();
        plan.capabilities.add(Capability.POSTCOPY_RAM);
        try (Destination here = new Destination(plan)) {
            here.connect().receive(postcopy());
            here.loop.run();
            here.engine.pauseByUser();
            here.loop.run();
            assertThat(here.status()).isEqualTo(MigrationStatus.POSTCOPY_PAUSED);
            here.recover(new MigrationAddress.Tcp("here", 5555));
            byte[] handshake =
                    new StreamBytes()
                            .command(new Command.RecvBitmap(Destination.BLOCK))
                            .command(new Command.PostcopyResume())
                            .bytes();
            ManualLink liar = here.connect();
            liar.receive(Arrays.copyOf(handshake, 4));
            assertThat(here.status()).isEqualTo(MigrationStatus.POSTCOPY_PAUSED);
            here.connect().receive(handshake);
            here.loop.run();
            assertThat(here.status()).isEqualTo(MigrationStatus.POSTCOPY_ACTIVE);
            assertThat(liar.aborted()).isTrue();
        }
    }

    private static byte[] postcopy() {
        return new StreamBytes()
                .begin()
                .command(new Command.OpenReturnPath())
                .command(new Command.PostcopyAdvise(Optional.of(new Command.PageSizes(4096, 4096))))
                .ramStart()
                .command(
                        new Command.PostcopyRamDiscard(
                                Destination.BLOCK, List.of(new Command.Range(0, 8 * 4096))))
                .command(new Command.PostcopyListen())
                .command(new Command.PostcopyRun())
                .bytes();
    }
}
