package io.vmferry.source.outgoing.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.link.Cancellable;
import io.vmferry.machine.link.ChannelSet;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.ManualLoop;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.link.NotedLink;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.channel.ExpectedChannels;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The order in which the channels of a source are connected, and the end of that. */
class ChannelConnectingTest {

    private static final MigrationAddress THERE = new MigrationAddress.Tcp("there", 4444);

    private static final List<ChannelRole> THREE =
            List.of(ChannelRole.MAIN, ChannelRole.RETURN_PATH, ChannelRole.PREEMPT);

    private static final List<ChannelRole> WITH_MULTIFD =
            List.of(ChannelRole.MAIN, ChannelRole.multifd(0), ChannelRole.multifd(1));

    /** A connect that the test lets succeed or fail. */
    private record Trying(Consumer<Link> connected, Consumer<IOException> failed) {}

    private final List<String> seen = new ArrayList<>();
    private final List<Trying> pending = new ArrayList<>();
    private Runnable atBegin = () -> {};
    private final ManualLoop loop = new ManualLoop();

    private ChannelConnecting open(List<ChannelRole> channels) {
        ChannelSet set =
                new ChannelSet(
                        loop,
                        new ExpectedChannels(channels, List.of()),
                        TimeUnit.MILLISECONDS.toNanos(1),
                        channel -> seen.add(channel + " late"));
        ChannelConnecting connecting =
                new ChannelConnecting(
                        this::connect,
                        THERE,
                        set,
                        (channel, link) -> {
                            seen.add(channel.toString());
                            atBegin.run();
                        },
                        (channel, e) -> seen.add(channel + ": " + e.getMessage()));
        connecting.whenOpened(failure -> seen.add("opened" + text(failure)));
        connecting.open(channels, () -> seen.add("all"));
        return connecting;
    }

    private static String text(Optional<IOException> failure) {
        return failure.map(e -> ": " + e.getMessage()).orElse("");
    }

    private void succeed() {
        pending.removeFirst().connected.accept(new NotedLink("there", seen::add));
    }

    private void fail() {
        pending.removeFirst().failed.accept(new IOException("refused"));
    }

    @Test
    void oneAfterTheOther() {
        open(THREE);
        for (int i = 0; i < 3; i++) {
            assertThat(pending).hasSize(1);
            succeed();
        }
        assertThat(pending).isEmpty();
        assertThat(seen).containsExactly("main", "opened", "return-path", "preempt", "all");
        assertThat(loop.idle()).isTrue();
    }

    @Test
    void thoseOfAKindTogether() {
        open(WITH_MULTIFD);
        assertThat(pending).hasSize(1);
        succeed();
        assertThat(pending).hasSize(2);
        pending.reversed()
                .forEach(connect -> connect.connected.accept(new NotedLink("there", seen::add)));
        assertThat(seen).containsExactly("main", "opened", "multifd(1)", "multifd(0)", "all");
    }

    @Test
    void aChannelThatCannotBeConnectedIsNamed() {
        open(THREE);
        succeed();
        fail();
        assertThat(seen).containsExactly("main", "opened", "return-path: refused");
        assertThat(pending).isEmpty();
    }

    @Test
    void aChannelThatIsNeverConnectedIsNamed() {
        open(THREE);
        succeed();
        loop.advanceMillis(1);
        assertThat(seen).containsExactly("main", "opened", "return-path late");
    }

    @Test
    void anEndEndsAllAttempts() {
        ChannelConnecting connecting = open(WITH_MULTIFD);
        succeed();
        connecting.abort();
        assertThat(seen).containsExactly("main", "opened", "cancelled", "cancelled");
    }

    /** As with a return path over a pipe, which cannot be written to. */
    @Test
    void aMigrationThatEndsWithItsFirstChannelWasConnected() {
        ChannelConnecting connecting = open(List.of(ChannelRole.MAIN));
        atBegin = connecting::abort;
        succeed();
        assertThat(seen).contains("opened");
    }

    @Test
    void whoGivesUpWaitsForAllAttempts() {
        ChannelConnecting connecting = open(WITH_MULTIFD);
        succeed();
        assertThat(connecting.abandon(failure -> seen.add("tried" + text(failure)))).isTrue();
        succeed();
        assertThat(connecting.abandonedConnect()).isTrue();
        fail();
        assertThat(connecting.abandonedConnect()).isFalse();
        assertThat(seen).containsExactly("main", "opened", "there aborted", "tried: refused");
    }

    @Test
    void nothingIsGivenUpWhereNothingIsTried() {
        ChannelConnecting connecting = open(List.of(ChannelRole.MAIN));
        succeed();
        assertThat(connecting.abandon(failure -> {})).isFalse();
    }

    private Cancellable connect(
            MigrationAddress address, Consumer<Link> connected, Consumer<IOException> failed) {
        pending.add(new Trying(connected, failed));
        return () -> seen.add("cancelled");
    }
}
