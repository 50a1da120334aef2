package io.vmferry.dest.incoming.accept;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.dest.incoming.ManualLink;
import io.vmferry.dest.incoming.SmallGuest;
import io.vmferry.dest.incoming.StreamBytes;
import io.vmferry.dest.incoming.channel.ConnectionLog;
import io.vmferry.dest.incoming.channel.IncomingChannels;
import io.vmferry.dest.incoming.channel.StreamHolds;
import io.vmferry.dest.incoming.state.IncomingState;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.link.LinkListener;
import io.vmferry.machine.link.ManualLoop;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.stream.Command;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What becomes of a connection, as it is told to whoever goes on with it. */
class ConnectionAcceptorTest {

    private static final UUID ID = new UUID(1, 2);

    private final ManualLoop loop = new ManualLoop();
    private final MigrationOptions options =
            SmallGuest.options(
                    Profile.QEMU_10_2, Capability.POSTCOPY_RAM, Capability.POSTCOPY_PREEMPT);
    private final IncomingState state = new IncomingState(options, Probe.NONE, event -> {});
    private final List<String> seen = new ArrayList<>();
    private final ConnectionLog log = new ConnectionLog(loop, (level, line) -> seen.add(line));
    private final IncomingChannels channels =
            new IncomingChannels(options, state, loop, Probe.NONE, log);
    private ConnectionAcceptor acceptor = acceptor(new MigrationAddress.Tcp("here", 4444));
    private int connections;

    private ConnectionAcceptor acceptor(MigrationAddress address) {
        return new ConnectionAcceptor(
                address, options, state, channels, loop, log, this::recognized);
    }

    private void recognized(Accepted connection) {
        seen.add(
                switch (connection) {
                    case Accepted.Main(var link, var bytes) ->
                            link.peer() + " is main, " + bytes.readableBytes() + " bytes";
                    case Accepted.ReturnPath(var link, var id) ->
                            link.peer() + " is the return path of " + id;
                    case Accepted.Multifd(var link, var _) -> link.peer() + " is multifd";
                    case Accepted.Preempt(var link, var _) -> link.peer() + " is preempt";
                    case Accepted.Recovery(var link, var _) -> link.peer() + " recovers";
                    case Accepted.Ended(var link, var _) -> link.peer() + " has ended";
                    case Accepted.MigrationFailed(var failure) -> failure.text();
                    case Accepted.RecoveryFailed(var failure) -> "no recovery: " + failure.text();
                });
    }

    private ManualLink connect() {
        ManualLink link = new ManualLink("peer-" + ++connections, loop);
        acceptor.accepted(link);
        loop.run();
        return link;
    }

    private void main() {
        channels.main(new ManualLink("main", loop), new StreamHolds(), LinkListener.NONE);
        channels.configured(Optional.empty());
    }

    @Test
    void aMainChannelIsOneOnceItsBeginningIsWhole() {
        byte[] stream = new StreamBytes().begin().bytes();
        ManualLink link = connect();
        link.receive(Arrays.copyOf(stream, 9));
        assertThat(seen).isEmpty();
        link.receive(Arrays.copyOfRange(stream, 9, stream.length));
        assertThat(seen).containsExactly("peer-1 is main, " + stream.length + " bytes");
    }

    @Test
    void aStreamThatEndsWithinItsBeginningWasTheSource() {
        ManualLink link = connect();
        link.receive(Arrays.copyOf(new StreamBytes().begin().bytes(), 9));
        link.end();
        assertThat(seen).containsExactly("peer-1 is main, 9 bytes", "peer-1 has ended");
    }

    @Test
    void aReturnPathIntroducesItself() {
        connect().receive(StreamBytes.preamble(ID));
        assertThat(seen).containsExactly("peer-1 is the return path of " + ID);
    }

    @Test
    void whoeverIsNoSourceFailsWhileOneIsAwaitedAndIsRejectedLater() {
        connect().receive(new byte[] {'G', 'E', 'T', ' '});
        assertThat(seen.removeFirst()).contains("peer-1 is not a migration source");
        main();
        acceptor.adoptPreempt();
        seen.clear();
        channels.preempt(new ManualLink("preempt", loop), () -> {});
        ManualLink late = connect();
        late.receive(new StreamBytes().begin().bytes());
        assertThat(late.aborted()).isTrue();
        assertThat(seen).containsExactly("Connection from peer-2 rejected: a second main channel");
    }

    @Test
    void theSilentOneIsPreemptWhenNothingElseIsMissing() {
        main();
        connect();
        assertThat(seen).containsExactly("peer-1 is preempt");
    }

    @Test
    void theReturnPathOfARecoveryMayOvertakeItsMainChannel() {
        main();
        state.pause();
        channels.replace();
        ManualLink overtaking = connect();
        connect().receive(new StreamBytes().command(new Command.RecvBitmap("ram")).bytes());
        assertThat(overtaking.aborted()).isFalse();
        overtaking.receive(StreamBytes.preamble(ID));
        assertThat(seen).containsExactly("peer-2 recovers", "peer-1 is the return path of " + ID);
    }

    @Test
    void whatCameBeforeTheSourceIsNotPreempt() {
        ManualLink other = connect();
        connect().receive(new StreamBytes().begin().bytes());
        main();
        acceptor.adoptPreempt();
        assertThat(other.aborted()).isFalse();
        other.receive(new byte[] {'G', 'E', 'T', ' '});
        assertThat(other.aborted()).isTrue();
        connect();
        assertThat(seen).hasSize(3);
        assertThat(seen.getFirst()).startsWith("peer-2 is main");
        assertThat(seen.get(1)).startsWith("Connection from peer-1 rejected");
        assertThat(seen.getLast()).isEqualTo("peer-3 is preempt");
    }

    @Test
    void aPausedPostcopyWaitsForACommand() {
        main();
        state.pause();
        channels.replace();
        ManualLink other = connect();
        other.receive(new StreamBytes().begin().bytes());
        assertThat(other.aborted()).isTrue();
        connect().receive(new StreamBytes().command(new Command.RecvBitmap("ram")).bytes());
        assertThat(seen).endsWith("peer-2 recovers");
    }

    @Test
    void afterTheEndNobodyIsTaken() {
        state.end();
        assertThat(connect().aborted()).isTrue();
        assertThat(seen).isEmpty();
    }

    @Test
    void aFileThatEndsTooEarlyWasTheSource() {
        acceptor = acceptor(new MigrationAddress.File(Path.of("dump"), 0));
        connect().end();
        assertThat(seen).containsExactly("peer-1 is not a migration stream: it ends after 0 bytes");
    }

    @Test
    void halfOfTheSilentOnesGoWhereDescriptorsAreShort() {
        List<ManualLink> silent = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            silent.add(connect());
        }
        assertThat(acceptor.makeRoom()).isTrue();
        assertThat(silent).filteredOn(ManualLink::aborted).hasSize(5);
    }
}
