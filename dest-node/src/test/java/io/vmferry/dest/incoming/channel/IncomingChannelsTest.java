package io.vmferry.dest.incoming.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.dest.incoming.ManualLink;
import io.vmferry.dest.incoming.SmallGuest;
import io.vmferry.dest.incoming.state.IncomingState;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.link.LinkListener;
import io.vmferry.machine.link.ManualLoop;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import io.vmferry.protocol.status.PostcopyState;
import io.vmferry.protocol.stream.LivenessPing;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Channels that wait for each other, without a stream on them. */
class IncomingChannelsTest {

    private static final UUID ID = new UUID(1, 2);
    private static final ReturnPathMessage PONG = new ReturnPathMessage.Pong(1);

    private final ManualLoop loop = new ManualLoop();
    private final MigrationOptions options =
            SmallGuest.options(
                    Profile.QEMU_10_2, Capability.POSTCOPY_RAM, Capability.POSTCOPY_PREEMPT);
    private final IncomingState state = new IncomingState(options, Probe.NONE, event -> {});
    private final List<String> seen = new ArrayList<>();
    private final IncomingChannels channels =
            new IncomingChannels(
                    options,
                    state,
                    loop,
                    Probe.NONE,
                    new ConnectionLog(loop, (level, line) -> seen.add(line)));
    private final StreamHolds holds = new StreamHolds();
    private final ManualLink main = link("main");

    private ManualLink link(String peer) {
        return new ManualLink(peer, loop);
    }

    private void failed(Failure failure) {
        seen.add(failure.text());
    }

    private void begin(Optional<UUID> returnPath) {
        channels.main(main, holds, LinkListener.NONE);
        channels.configured(returnPath);
    }

    @Test
    void withoutAConnectionOfItsOwnTheReturnPathIsOnTheMainChannel() {
        begin(Optional.empty());
        channels.openReturnPath(() -> seen.add("opened"), this::failed);
        assertThat(seen).containsExactly("opened");
        assertThat(channels.send(PONG)).isTrue();
        assertThat(main.sent()).isNotEmpty();
    }

    @Test
    void theStreamIsHeldUntilTheAnnouncedReturnPathIsThere() {
        begin(Optional.of(ID));
        channels.openReturnPath(() -> seen.add("opened"), this::failed);
        assertThat(holds.held()).isTrue();
        ManualLink other = link("other");
        channels.returnPath(other, new UUID(3, 4), LinkListener.NONE);
        assertThat(other.aborted()).isTrue();
        assertThat(channels.send(PONG)).isFalse();
        ManualLink path = link("path");
        channels.returnPath(path, ID, LinkListener.NONE);
        assertThat(holds.held()).isFalse();
        assertThat(seen)
                .containsExactly(
                        "Return path from other rejected: it belongs to migration "
                                + new UUID(3, 4),
                        "opened");
        assertThat(channels.send(PONG)).isTrue();
        assertThat(path.sent()).isNotEmpty();
    }

    @Test
    void aChannelThatDoesNotComeIsNamed() {
        begin(Optional.of(ID));
        channels.openReturnPath(() -> seen.add("opened"), this::failed);
        loop.advanceMillis(29_999);
        assertThat(seen).isEmpty();
        loop.advanceMillis(1);
        assertThat(seen).containsExactly("The announced return path did not arrive within 30 s");
    }

    @Test
    void whatWaitsForPreemptGoesOnWithItAndFailsForAFile() {
        begin(Optional.empty());
        channels.whenPreempt(true, () -> seen.add("all"), this::failed);
        assertThat(seen.removeFirst()).contains("for a file there is none");
        channels.whenPreempt(false, () -> seen.add("all"), this::failed);
        assertThat(channels.expectsPreempt()).isTrue();
        channels.preempt(link("preempt"), () -> seen.add("preempt"));
        assertThat(seen).containsExactly("preempt", "all");
    }

    @Test
    void aSourceThatDoesNotReadItsAnswersIsNotReadUnlessItHasClosed() {
        begin(Optional.empty());
        channels.openReturnPath(() -> {}, this::failed);
        main.writable(false);
        channels.answer(holds, PONG);
        channels.answer(holds, PONG);
        assertThat(holds.held()).isTrue();
        channels.mainClosed();
        assertThat(holds.held()).isFalse();
        channels.answer(holds, PONG);
        assertThat(holds.held()).isFalse();
    }

    @Test
    void newChannelsExpectWhatTheConfigurationAnnounced() {
        begin(Optional.of(ID));
        ManualLink before = link("before");
        channels.returnPath(before, ID, LinkListener.NONE);
        state.pause();
        channels.replace();
        assertThat(main.aborted()).isTrue();
        assertThat(before.aborted()).isTrue();
        assertThat(channels.hasMain()).isFalse();
        ManualLink path = link("path");
        channels.returnPath(path, ID, LinkListener.NONE);
        channels.main(link("again"), holds, LinkListener.NONE);
        channels.openReturnPath(() -> seen.add("opened"), this::failed);
        assertThat(seen).containsExactly("opened");
        assertThat(channels.expectsPreempt()).isTrue();
    }

    @Test
    void whatWasWrittenArrivesWhereSoundChannelsAreLeft() {
        begin(Optional.of(ID));
        ManualLink path = link("path");
        channels.returnPath(path, ID, LinkListener.NONE);
        channels.leave();
        assertThat(path.closed()).isTrue();
        assertThat(main.aborted()).isFalse();
        loop.advanceMillis(1000);
        assertThat(main.aborted()).isTrue();
    }

    @Test
    void silenceCountsOnlyWhileARunningGuestReadsTheMainChannel() {
        begin(Optional.empty());
        SourceLiveness liveness = new SourceLiveness(state, channels, loop);
        liveness.pinged(1, this::failed);
        liveness.pinged(LivenessPing.value(2), this::failed);
        loop.advanceMillis(10_000);
        state.postcopy().move(PostcopyState.ADVISE);
        state.postcopy().move(PostcopyState.LISTENING);
        state.postcopy().move(PostcopyState.RUNNING);
        holds.hold();
        loop.advanceMillis(10_000);
        assertThat(seen).isEmpty();
        holds.release();
        loop.advanceMillis(1500);
        liveness.heard();
        loop.advanceMillis(1500);
        assertThat(seen).isEmpty();
        loop.advanceMillis(500);
        assertThat(seen).hasSize(1).first().asString().contains("has been silent for 2 s");
        state.end();
        loop.advanceMillis(10_000);
        assertThat(loop.idle()).isTrue();
    }
}
