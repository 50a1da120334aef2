package io.vmferry.dest.incoming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.dest.incoming.channel.ConnectionLog;
import io.vmferry.dest.incoming.channel.IncomingChannels;
import io.vmferry.dest.incoming.channel.SourceLiveness;
import io.vmferry.dest.incoming.channel.StreamHolds;
import io.vmferry.dest.incoming.guest.Arrival;
import io.vmferry.dest.incoming.guest.GuestClaim;
import io.vmferry.dest.incoming.postcopy.PostcopyTakeover;
import io.vmferry.dest.incoming.state.IncomingState;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.lease.ScriptedLease;
import io.vmferry.machine.link.LinkListener;
import io.vmferry.machine.link.ManualLoop;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.status.PostcopyState;
import io.vmferry.protocol.stream.Command;
import io.vmferry.protocol.stream.StreamException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** PONG, on channels that the test has made. */
class PingAnswersTest {

    private final ManualLoop loop = new ManualLoop();
    private final ScriptedLease lease = new ScriptedLease();
    private final List<String> seen = new ArrayList<>();
    private final Probe probe = Probe.of(point -> seen.add(point.toString()));
    private final SmallGuest here = new SmallGuest(lease, true);
    private final MigrationOptions options =
            SmallGuest.options(Profile.QEMU_11_1, Capability.POSTCOPY_RAM);
    private final IncomingState state = new IncomingState(options, Probe.NONE, event -> {});
    private final IncomingChannels channels =
            new IncomingChannels(
                    options, state, loop, Probe.NONE, new ConnectionLog(loop, (level, line) -> {}));
    private final StreamHolds holds = new StreamHolds();
    private final PingAnswers pings =
            new PingAnswers(
                    channels,
                    new SourceLiveness(state, channels, loop),
                    new PostcopyTakeover(
                            here.guest.run(),
                            state,
                            new GuestClaim(here.guest, state),
                            new Arrival(here.guest, options, loop, Probe.NONE, () -> {})),
                    failure -> seen.add(failure.text()),
                    probe);

    @AfterEach
    void unmap() {
        here.close();
    }

    private void connect() {
        channels.main(new ManualLink("source", loop), holds, LinkListener.NONE);
        channels.openReturnPath(() -> {}, failure -> {});
    }

    @Test
    void aPingBeforeTheReturnPathIsRefused() {
        assertThatThrownBy(() -> pings.answer(1, holds, false))
                .hasMessageContaining("PING before OPEN_RETURN_PATH");
    }

    @Test
    void aPingIsAnsweredAtOnce() throws StreamException {
        connect();
        pings.answer(5, holds, false);
        assertThat(seen).containsExactly("pong-sent(0x5)");
        assertThat(holds.held()).isFalse();
    }

    @Test
    void theOneInThePackageIsAnsweredOnceTheLeaseIsHere() throws StreamException {
        connect();
        state.postcopy().move(PostcopyState.ADVISE);
        state.postcopy().move(PostcopyState.LISTENING);
        lease.late = true;
        pings.answer(Command.Ping.PACKAGE_LOADED, holds, true);
        assertThat(seen).isEmpty();
        assertThat(holds.held()).isTrue();
        lease.respond();
        assertThat(seen).containsExactly("pong-sent(0x42)");
        assertThat(holds.held()).isFalse();
        assertThat(state.leftToUs()).isTrue();
    }

    @Test
    void outsideThePackageThatNumberMeansNothing() throws StreamException {
        connect();
        pings.answer(Command.Ping.PACKAGE_LOADED, holds, false);
        assertThat(seen).hasSize(1);
        assertThat(lease.asked).isEmpty();
    }
}
