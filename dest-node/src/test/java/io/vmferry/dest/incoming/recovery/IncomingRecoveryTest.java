package io.vmferry.dest.incoming.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.dest.incoming.ManualLink;
import io.vmferry.dest.incoming.SmallGuest;
import io.vmferry.dest.incoming.channel.ConnectionLog;
import io.vmferry.dest.incoming.channel.IncomingChannels;
import io.vmferry.dest.incoming.channel.StreamHolds;
import io.vmferry.dest.incoming.postcopy.MissingPages;
import io.vmferry.dest.incoming.ram.IncomingRam;
import io.vmferry.dest.incoming.ram.PageInput;
import io.vmferry.dest.incoming.state.IncomingState;
import io.vmferry.dest.incoming.stream.ChannelInputs;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.link.LinkListener;
import io.vmferry.machine.link.ManualLoop;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.ram.RamRules;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.stream.StreamException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A pause and what follows, on channels that the test has made. */
class IncomingRecoveryTest {

    private static final Failure WHY = new Failure.PauseCommand();

    private final ManualLoop loop = new ManualLoop();
    private final List<String> seen = new ArrayList<>();
    private final Probe probe = Probe.of(point -> seen.add(point.toString()));
    private final SmallGuest here = new SmallGuest();
    private final MigrationOptions options =
            SmallGuest.options(Profile.QEMU_11_1, Capability.POSTCOPY_RAM);
    private final IncomingState state = new IncomingState(options, Probe.NONE, event -> {});
    private final IncomingChannels channels =
            new IncomingChannels(
                    options, state, loop, probe, new ConnectionLog(loop, (level, line) -> {}));
    private final IncomingRam ram = new IncomingRam(here.ram, false);
    private final RamRules rules = RamRules.of(options.profile());
    private final MissingPages pages =
            new MissingPages(here.guest, loop, ram, new PageInput(ram, rules), rules, probe);
    private final IncomingRecovery recovery =
            new IncomingRecovery(
                    options, state, here.ram, channels, new ChannelInputs(), pages, probe);
    private final StreamHolds holds = new StreamHolds();
    private final List<ReturnPathMessage> asked = new ArrayList<>();

    @AfterEach
    void unmap() {
        here.close();
    }

    private ManualLink connect() {
        ManualLink link = new ManualLink("source", loop);
        channels.main(link, holds, LinkListener.NONE);
        channels.openReturnPath(() -> {}, failure -> {});
        return link;
    }

    private ManualLink postcopy() {
        ManualLink main = connect();
        channels.configured(Optional.empty());
        state.move(MigrationStatus.NONE, MigrationStatus.SETUP);
        state.move(MigrationStatus.SETUP, MigrationStatus.ACTIVE);
        state.move(MigrationStatus.ACTIVE, MigrationStatus.POSTCOPY_ACTIVE);
        pages.demand(asked::add, state::halted, () -> {});
        return main;
    }

    @Test
    void aPauseEndsTheChannelsAndTheGuestStays() {
        ManualLink main = postcopy();
        state.postcopy().streamEnded(true);
        recovery.pause(WHY);
        assertThat(main.aborted()).isTrue();
        assertThat(state.paused()).isTrue();
        assertThat(state.status()).isEqualTo(MigrationStatus.POSTCOPY_PAUSED);
        assertThat(state.postcopy().streamEnded()).isFalse();
    }

    @Test
    void aBugLeavesChannelsThatAreSoundInOrder() {
        ManualLink main = postcopy();
        recovery.pause(new Failure.Bug(new IllegalStateException("test")));
        assertThat(main.closed()).isTrue();
        assertThat(main.aborted()).isFalse();
    }

    @Test
    void theSourceIsToldWhatIsHereAndAskedAgain() throws StreamException {
        postcopy();
        here.guest.memory().fetch(here.ram.blocks().getFirst(), 3, () -> {});
        recovery.pause(WHY);
        state.resume();
        ManualLink main = connect();
        recovery.begin();
        assertThat(state.recovering()).isTrue();
        recovery.tellReceived(holds, SmallGuest.BLOCK);
        recovery.resume();
        assertThat(state.status()).isEqualTo(MigrationStatus.POSTCOPY_ACTIVE);
        assertThat(main.sent()).isNotEmpty();
        assertThat(asked).hasSize(2);
        assertThat(seen)
                .endsWith(
                        "recovery-channel",
                        "bitmap-sent(ram)",
                        "resume-ack-sent",
                        "req-pages-sent(ram+0x3000)");
    }

    @Test
    void whatBelongsToARecoveryIsIgnoredWithoutOne() throws StreamException {
        ManualLink main = postcopy();
        recovery.tellReceived(holds, SmallGuest.BLOCK);
        recovery.resume();
        assertThat(main.sent()).isEmpty();
        assertThat(state.status()).isEqualTo(MigrationStatus.POSTCOPY_ACTIVE);
        assertThatThrownBy(() -> recovery.tellReceived(holds, "rom"))
                .hasMessageContaining("unknown RAM block 'rom'");
    }

    @Test
    void aRecoveryThatFailsAsQemuDoesEndsInFailed() {
        postcopy();
        recovery.pause(WHY);
        recovery.fail(WHY);
        assertThat(state.status()).isEqualTo(MigrationStatus.FAILED);
        assertThat(state.paused()).isTrue();
    }
}
