package io.vmferry.dest.incoming;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import io.vmferry.protocol.returnpath.ReturnPathReader;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.stream.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A destination whose postcopy has paused: who may come, and what it is told. */
class RecoveryChannelTest {

    private static final MigrationAddress ANEW = new MigrationAddress.Tcp("here", 5555);

    private final List<String> wentOn = new ArrayList<>();
    private Destination here;

    @BeforeEach
    void paused() throws Exception {
        pause(new Destination.Plan());
    }

    private void pause(Destination.Plan plan) throws Exception {
        plan.capabilities.add(Capability.POSTCOPY_RAM);
        here = new Destination(plan);
        ManualLink main = here.connect();
        main.receive(
                new StreamBytes()
                        .begin()
                        .command(new Command.OpenReturnPath())
                        .command(
                                new Command.PostcopyAdvise(
                                        Optional.of(new Command.PageSizes(4096, 4096))))
                        .ramStart()
                        .page(Destination.BLOCK_NAME, 0, 1)
                        .command(
                                new Command.PostcopyRamDiscard(
                                        Destination.BLOCK,
                                        List.of(new Command.Range(4096, 7 * 4096))))
                        .command(new Command.PostcopyListen())
                        .command(new Command.PostcopyRun())
                        .page(Destination.BLOCK_NAME, 2, 3)
                        .bytes());
        here.loop.run();
        fault(5);
        fault(6);
        here.loop.run();
        assertThat(here.status()).as(here.error()).isEqualTo(MigrationStatus.POSTCOPY_ACTIVE);
        assertThat(requests(main)).containsExactly("REQ_PAGES_ID 5", "REQ_PAGES 6");
        main.breakOff("Connection reset by peer");
        here.loop.run();
        assertThat(here.status()).as(here.error()).isEqualTo(MigrationStatus.POSTCOPY_PAUSED);
        here.recover(ANEW);
    }

    @AfterEach
    void close() {
        here.close();
    }

    private RamBlock block() {
        return here.ram.block(Destination.BLOCK).orElseThrow();
    }

    private void fault(int page) {
        here.guest.memory().fetch(block(), page, () -> wentOn.add("" + page));
    }

    private static List<String> requests(ManualLink link) throws Exception {
        List<String> all = new ArrayList<>();
        ByteBuf sent = Unpooled.wrappedBuffer(link.sent());
        ReturnPathReader reader =
                new ReturnPathReader(
                        (offset, lengthBytes, message) -> all.add(text(message)), block -> 8, true);
        reader.read(sent);
        return all;
    }

    private static String text(ReturnPathMessage message) {
        return switch (message) {
            case ReturnPathMessage.ReqPagesId request ->
                    "REQ_PAGES_ID " + request.startBytes() / 4096;
            case ReturnPathMessage.ReqPages request -> "REQ_PAGES " + request.startBytes() / 4096;
            case ReturnPathMessage.RecvBitmap bitmap ->
                    "RECV_BITMAP " + Long.toBinaryString(bitmap.bitmap().word(0));
            case ReturnPathMessage.ResumeAck ack -> "RESUME_ACK " + ack.value();
            case ReturnPathMessage other -> other.toString();
        };
    }

    private static byte[] handshake() {
        return new StreamBytes()
                .command(new Command.RecvBitmap(Destination.BLOCK))
                .command(new Command.PostcopyResume())
                .bytes();
    }

    @Test
    void whatIsWaitedForIsAskedForAgain() throws Exception {
        ManualLink main = here.connect();
        main.receive(handshake());
        here.loop.run();
        assertThat(here.status()).isEqualTo(MigrationStatus.POSTCOPY_ACTIVE);
        assertThat(requests(main))
                .containsExactly(
                        "RECV_BITMAP 101", "RESUME_ACK 1", "REQ_PAGES_ID 5", "REQ_PAGES 6");
        main.receive(new StreamBytes().page(Destination.BLOCK_NAME, 5, 9).bytes());
        here.loop.run();
        assertThat(wentOn).containsExactly("5");
    }

    @Test
    void aNewMigrationIsRejectedAndTheRecoveryStillComes() throws Exception {
        ManualLink other = here.connect();
        other.receive(new StreamBytes().begin().bytes());
        assertThat(other.aborted()).isTrue();
        ManualLink client = here.connect();
        client.receive(new byte[] {'G', 'E', 'T', ' '});
        assertThat(client.aborted()).isTrue();
        assertThat(here.status()).isEqualTo(MigrationStatus.POSTCOPY_PAUSED);
        here.connect().receive(handshake());
        here.loop.run();
        assertThat(here.status()).isEqualTo(MigrationStatus.POSTCOPY_ACTIVE);
    }

    /** QEMU 7.2 crashes there, which the daemon makes of it. */
    @ParameterizedTest
    @CsvSource({"QEMU_7_2, true, true", "QEMU_7_2, false, false", "QEMU_8_2, true, false"})
    void qemuCannotPauseOutOfARecovery(Profile profile, boolean asQemu, boolean crashes)
            throws Exception {
        here.close();
        Destination.Plan plan = new Destination.Plan();
        plan.profile = profile;
        plan.asQemu = asQemu;
        pause(plan);
        List<MigrationStatus> pauses = new ArrayList<>();
        here.engine.whenPaused(figures -> pauses.add(figures.status()));
        ManualLink main = here.connect();
        main.receive(new StreamBytes().command(new Command.RecvBitmap(Destination.BLOCK)).bytes());
        here.loop.run();
        main.breakOff("Connection reset by peer");
        here.loop.run();
        assertThat(pauses)
                .containsExactly(
                        crashes
                                ? MigrationStatus.POSTCOPY_RECOVER
                                : MigrationStatus.POSTCOPY_PAUSED);
    }

    @Test
    void aBreakInTheHandshakePausesAgain() throws Exception {
        ManualLink main = here.connect();
        main.receive(new StreamBytes().command(new Command.RecvBitmap(Destination.BLOCK)).bytes());
        here.loop.run();
        assertThat(here.status()).isEqualTo(MigrationStatus.POSTCOPY_RECOVER);
        main.breakOff("Connection reset by peer");
        here.loop.run();
        assertThat(here.status()).isEqualTo(MigrationStatus.POSTCOPY_PAUSED);
        here.recover(ANEW);
        here.connect().receive(handshake());
        here.loop.run();
        assertThat(here.status()).isEqualTo(MigrationStatus.POSTCOPY_ACTIVE);
        assertThat(wentOn).isEmpty();
    }
}
