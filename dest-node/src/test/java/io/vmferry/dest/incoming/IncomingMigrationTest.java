package io.vmferry.dest.incoming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.machine.device.DeviceSpec;
import io.vmferry.machine.device.GlobalStateDevice;
import io.vmferry.machine.device.TimerDevice;
import io.vmferry.machine.lease.ScriptedLease;
import io.vmferry.machine.lease.Taking;
import io.vmferry.machine.memory.RamBlockSpec;
import io.vmferry.protocol.ram.RamBlockEntry;
import io.vmferry.protocol.ram.RamBlockName;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import io.vmferry.protocol.stream.Command;
import io.vmferry.protocol.stream.SectionType;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a destination accepts, and what becomes of it. */
class IncomingMigrationTest {

    private static GlobalStateDevice stateOf(RunState state) {
        return new GlobalStateDevice(() -> state);
    }

    private static StreamBytes wholeStream(RunState state) {
        return new StreamBytes()
                .begin()
                .command(new Command.OpenReturnPath())
                .command(new Command.Ping(1))
                .ramStart()
                .page(Destination.BLOCK_NAME, 0, 0)
                .page(Destination.BLOCK_NAME, 3, 0xA5)
                .command(new Command.SwitchoverStart())
                .ramEnd()
                .full(0, new TimerDevice())
                .full(3, stateOf(state))
                .eof()
                .description("{}");
    }

    @Test
    void loadsAndStartsTheGuestAndSaysSo() {
        try (Destination here = new Destination()) {
            ManualLink link = here.connect();
            link.receive(wholeStream(RunState.RUNNING).bytes());

            here.assertCompleted();
            assertThat(here.told).containsExactly("setup", "active", "RESUME", "completed");
            assertThat(Destination.messages(link))
                    .containsExactly(new ReturnPathMessage.Pong(1), new ReturnPathMessage.Shut(0));
            assertThat(here.guest.run().state()).isEqualTo(RunState.RUNNING);
            var block = here.ram.block(Destination.BLOCK).orElseThrow();
            assertThat(block.segment().get(ValueLayout.JAVA_BYTE, 3 * 4096 + 4095))
                    .isEqualTo((byte) 0xA5);
            assertThat(block.received().cardinality()).isEqualTo(2);
            assertThat(link.closed()).isTrue();
            IncomingFigures figures = here.engine.figures();
            assertThat(figures.zeroPages()).isEqualTo(1);
            assertThat(figures.normalPages()).isEqualTo(1);
            assertThat(figures.receivedBytes()).isEqualTo(wholeStream(RunState.RUNNING).length());
        }
    }

    @Test
    void theSameBytesOneByOneGiveTheSame() {
        try (Destination here = new Destination()) {
            ManualLink link = here.connect();
            for (byte b : wholeStream(RunState.RUNNING).bytes()) {
                assertThat(here.status()).isNotEqualTo(MigrationStatus.COMPLETED);
                link.receive(new byte[] {b});
                here.loop.run();
            }
            here.assertCompleted();
            assertThat(here.told).containsExactly("setup", "active", "RESUME", "completed");
        }
    }

    @Test
    void needsHeaderConfigurationAndEofOnly() {
        try (Destination here = new Destination()) {
            here.load(new StreamBytes().begin().eof().bytes());
            here.assertCompleted();
            assertThat(here.guest.run().state()).isEqualTo(RunState.RUNNING);
        }
    }

    @Test
    void aGuestThatHasArrivedAnnouncesItselfBeforeAndWhileItRuns() {
        Destination.Plan plan = new Destination.Plan();
        plan.extraDevices = List.of(DeviceSpec.parse("virtio-net,id=net0").create(1, 0));
        try (Destination here = new Destination(plan)) {
            here.load(new StreamBytes().begin().eof().bytes());
            assertThat(here.points)
                    .containsSubsequence("announced(net0)", "guest-started", "status(completed)");
            here.loop.advance(TimeUnit.SECONDS.toNanos(10));
            assertThat(here.points).filteredOn("announced(net0)"::equals).hasSize(5);
        }
    }

    @Test
    void aGuestThatDoesNotArriveStaysSilent() {
        Destination.Plan plan = new Destination.Plan();
        plan.extraDevices = List.of(DeviceSpec.parse("virtio-net,id=net0").create(1, 0));
        try (Destination here = new Destination(plan)) {
            here.load(new StreamBytes().begin().hex("77").bytes());
            here.loop.advance(TimeUnit.SECONDS.toNanos(10));
            assertThat(here.status()).isEqualTo(MigrationStatus.FAILED);
            assertThat(here.points).doesNotContain("announced(net0)");
        }
    }

    @Test
    void anEmptyDescriptionEndsTheStreamAndNoneWaitsForTheClose() {
        try (Destination here = new Destination()) {
            ManualLink link = here.connect();
            link.receive(new StreamBytes().begin().eof().bytes());
            here.loop.run();
            assertThat(here.status()).isEqualTo(MigrationStatus.ACTIVE);
            link.receive(new StreamBytes().hex("06 00000000").bytes());
            here.assertCompleted();
        }
    }

    @Test
    void anotherByteInThePlaceOfTheDescriptionHarmsNobody() {
        try (Destination here = new Destination()) {
            here.connect().receive(new StreamBytes().begin().eof().hex("01").bytes());
            here.assertCompleted();
        }
    }

    @Test
    void sectionsMayComeInAnyOrderUnderAnyIdAndTwice() {
        StreamBytes stream = new StreamBytes().begin().full(0xDEADBEEF, new TimerDevice());
        stream.ramStart().ramStart().page(Destination.BLOCK_NAME, 1, 7).ramEnd();
        stream.page(Destination.BLOCK_NAME, 2, 8).ramEnd();
        stream.full(0xFFFFFFFF, stateOf(RunState.RUNNING)).full(5, stateOf(RunState.PAUSED));
        try (Destination here = new Destination()) {
            here.load(stream.eof().bytes());
            here.assertCompleted();
            assertThat(here.engine.figures().normalPages()).isEqualTo(2);
            assertThat(here.guest.run().state()).isEqualTo(RunState.PAUSED);
        }
    }

    @Test
    void ramMaySetUpAsFullAndTimerMayBeOld() {
        StreamBytes stream = new StreamBytes().begin();
        stream.section(SectionType.FULL, 9, "ram", 4, out -> out.writeLong(4).writeLong(16));
        stream.section(SectionType.FULL, 0, "timer", 1, out -> out.writeLong(1).writeLong(0));
        try (Destination here = new Destination()) {
            here.load(stream.eof().bytes());
            here.assertCompleted();
        }
    }

    @Test
    void severalBlocksAreFoundByName() {
        Destination.Plan plan = new Destination.Plan();
        plan.blocks = List.of(new RamBlockSpec("a", 4096), new RamBlockSpec("b", 8192));
        try (Destination here = new Destination(plan)) {
            StreamBytes stream =
                    new StreamBytes()
                            .begin()
                            .ramStart(RamBlockEntry.of("b", 8192), RamBlockEntry.of("a", 4096))
                            .page(new RamBlockName("b"), 1, 3)
                            .page(new RamBlockName("a"), 0, 4)
                            .eof();
            here.load(stream.bytes());
            here.assertCompleted();
            assertThat(here.ram.block("a").orElseThrow().received().get(0)).isTrue();
            assertThat(here.ram.block("b").orElseThrow().received().get(1)).isTrue();
            assertThat(here.ram.block("b").orElseThrow().received().get(0)).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "RUNNING, true, RUNNING",
        "RUNNING, false, PAUSED",
        "PAUSED, true, PAUSED",
        "PRELAUNCH, true, PRELAUNCH",
        "SHUTDOWN, true, SHUTDOWN",
        "POSTMIGRATE, false, POSTMIGRATE",
        "SUSPENDED, true, SUSPENDED",
        "SUSPENDED, false, PAUSED",
        "DEBUG, true, PAUSED"
    })
    void theGuestGetsTheRunStateThatItHad(RunState atSource, boolean autostart, RunState here) {
        Destination.Plan plan = new Destination.Plan();
        plan.autostart = autostart;
        try (Destination destination = new Destination(plan)) {
            destination.load(new StreamBytes().begin().full(1, stateOf(atSource)).eof().bytes());
            destination.assertCompleted();
            assertThat(destination.guest.run().state()).isEqualTo(here);
            assertThat(destination.told.contains("RESUME")).isEqualTo(here == RunState.RUNNING);
        }
    }

    @Test
    void completesWithAPausedGuestWhereItsDiskBelongsToSomebodyElse() {
        Destination.Plan plan = new Destination.Plan();
        ScriptedLease lease = new ScriptedLease();
        lease.taking = new Taking.HeldElsewhere("pid 7 x");
        plan.lease = lease;
        try (Destination here = new Destination(plan)) {
            ManualLink link = here.connect();
            link.receive(wholeStream(RunState.RUNNING).bytes());
            here.assertCompleted();
            assertThat(here.guest.run().state()).isEqualTo(RunState.PAUSED);
            assertThat(here.told).containsExactly("setup", "active", "completed");
        }
    }

    @Test
    void tellsNothingWithoutCapabilityEvents() {
        Destination.Plan plan = new Destination.Plan();
        plan.capabilities = Set.of();
        try (Destination here = new Destination(plan)) {
            here.load(wholeStream(RunState.RUNNING).bytes());
            here.assertCompleted();
            assertThat(here.told).containsExactly("RESUME");
        }
    }

    @Test
    void listensOnlyOnce() {
        try (Destination here = new Destination()) {
            assertThatThrownBy(() -> here.listen(here.engine.figures().listening().getFirst()))
                    .hasMessage("The incoming migration has already been started");
        }
    }

    @Test
    void aReturnPathOpenedTwiceStaysOpen() {
        StreamBytes stream =
                new StreamBytes()
                        .begin()
                        .command(new Command.OpenReturnPath())
                        .command(new Command.OpenReturnPath())
                        .command(new Command.Ping(2))
                        .eof();
        try (Destination here = new Destination()) {
            ManualLink link = here.load(stream.bytes());
            here.assertCompleted();
            assertThat(Destination.messages(link))
                    .containsExactly(new ReturnPathMessage.Pong(2), new ReturnPathMessage.Shut(0));
        }
    }

    @Test
    void aSourceThatDoesNotReadItsReturnPathIsNotRead() {
        StreamBytes stream = new StreamBytes().begin().command(new Command.OpenReturnPath());
        for (int i = 0; i < 100; i++) {
            stream.command(new Command.Ping(i));
        }
        stream.eof().hex("06 00000000");
        try (Destination here = new Destination()) {
            ManualLink link = here.connect();
            link.writable(false);
            link.receive(stream.bytes());
            here.loop.run();
            assertThat(Destination.messages(link)).hasSize(1);
            assertThat(here.status()).isEqualTo(MigrationStatus.ACTIVE);

            link.writable(true);
            here.loop.run();
            here.assertCompleted();
            assertThat(Destination.messages(link)).hasSize(101);
        }
    }

    @Test
    void recoveryCommandsAreIgnoredOutsideOfRecovery() {
        StreamBytes stream =
                new StreamBytes()
                        .begin()
                        .command(new Command.PostcopyResume())
                        .command(new Command.RecvBitmap(Destination.BLOCK))
                        .eof();
        try (Destination here = new Destination()) {
            here.load(stream.bytes());
            here.assertCompleted();
        }
    }

    @Test
    void aSecondMainChannelIsRejected() {
        try (Destination here = new Destination()) {
            ManualLink first = here.connect();
            first.receive(new StreamBytes().begin().bytes());
            ManualLink second = here.connect();
            second.receive(new StreamBytes().begin().bytes());
            assertThat(second.aborted()).isTrue();
            first.receive(new StreamBytes().eof().hex("06 00000000").bytes());
            here.assertCompleted();
        }
    }
}
