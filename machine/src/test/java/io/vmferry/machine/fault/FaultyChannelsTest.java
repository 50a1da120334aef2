package io.vmferry.machine.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.ManualLoop;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.status.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Faults address channels of a kind by index, in whatever order they connect. */
class FaultyChannelsTest {

    private final ManualLoop loop = new ManualLoop();
    private final FaultyChannels channels = new FaultyChannels(Side.SOURCE, loop);
    private final PipeLink first = new PipeLink();
    private final PipeLink second = new PipeLink();

    private final PipeLink.Engine engine = new PipeLink.Engine();
    private final List<String> heard = engine.heard;

    private Link carry(PipeLink pipe, int index) {
        Link link = channels.wrap(pipe);
        link.attach(engine);
        link.carries(ChannelRole.multifd(index));
        return link;
    }

    @Test
    void anActionHitsTheChannelOfItsIndex() {
        carry(first, 1);
        carry(second, 0);
        assertThat(channels.breakAll(FaultChannel.of(ChannelRole.multifd(0)), false)).isTrue();
        loop.advanceMillis(0);
        assertThat(second.did).containsExactly("reset");
        assertThat(first.did).isEmpty();
        assertThat(channels.breakAll(FaultChannel.of(ChannelRole.multifd(2)), false)).isFalse();
        assertThat(channels.breakAll(FaultChannel.of(ChannelRole.MAIN), false)).isFalse();
    }

    @Test
    void bytesAreCountedOnTheChannelOfTheIndex() throws Exception {
        List<String> injected = new ArrayList<>();
        channels.at(ChannelRole.multifd(1), 1, 2, () -> injected.add("injected"));
        Link other = carry(first, 0);
        Link meant = carry(second, 1);
        FaultInjection.send(other, "many bytes");
        assertThat(injected).isEmpty();
        FaultInjection.send(meant, "four");
        assertThat(injected).containsExactly("injected");
    }

    private static final FaultChannel MEANT = FaultChannel.of(ChannelRole.multifd(0));

    /** Of what is late or lost the engine knows nothing, so that it cannot say where it belongs. */
    @Test
    void theEngineNamesMemoryOnlyForWhatItGetsAtOnce() {
        carry(first, 0);
        assertThat(first.memory()).as("before the channel is known").isEmpty();
        first.receive("x".repeat(64));
        loop.advanceMillis(0);
        assertThat(first.memory()).isPresent();

        channels.blackhole(MEANT);
        assertThat(first.memory()).as("in a blackhole").isEmpty();
        channels.restore(MEANT);
        assertThat(first.memory()).isPresent();

        channels.change(MEANT, lane -> lane.delay(TimeUnit.MILLISECONDS.toNanos(5)));
        assertThat(first.memory()).as("with a delay").isEmpty();
    }

    @Test
    void aRestoredBlackholeCarriesWhatItHeldBack() {
        Link link = carry(first, 0);
        loop.advanceMillis(0);
        channels.blackhole(MEANT);
        FaultInjection.send(link, "after");
        first.receive("answer");
        first.end();
        loop.advanceMillis(1000);
        assertThat(first.did).isEmpty();
        assertThat(first.reading).isFalse();

        assertThat(channels.restore(MEANT)).isTrue();
        assertThat(first.did).containsExactly("after");
        assertThat(heard).containsExactly("writable", "answer", "closed: in order");
        assertThat(first.reading).isTrue();
        loop.advanceMillis(1_000_000);
        assertThat(first.did).containsExactly("after");
    }

    /** As of any link: an engine that waits for something else must learn that nothing comes. */
    @Test
    void aBreakIsToldThoughNothingIsRead() {
        Link link = carry(first, 0);
        loop.advanceMillis(0);
        link.reading(false);
        first.receive("unread");
        first.breakOff();
        assertThat(heard).containsExactly("closed: reset by the peer");
        link.reading(true);
        loop.advanceMillis(0);
        assertThat(heard).hasSize(1);
    }

    @Test
    void anEndInOrderWaitsForWhatWasNotRead() {
        Link link = carry(first, 0);
        loop.advanceMillis(0);
        link.reading(false);
        first.receive("unread");
        first.end();
        assertThat(heard).isEmpty();
        link.reading(true);
        loop.advanceMillis(0);
        assertThat(heard).containsSubsequence("unread", "closed: in order");
    }

    @Test
    void theSecondBlackholeIsGivenUpLaterThanTheFirst() {
        carry(first, 0);
        channels.blackhole(MEANT);
        loop.advanceMillis(60_000);
        channels.restore(MEANT);
        channels.blackhole(MEANT);
        loop.advanceMillis(119_999);
        assertThat(first.did).isEmpty();
        loop.advanceMillis(1);
        assertThat(first.did).containsExactly("reset");
        assertThat(channels.restore(MEANT)).isFalse();
    }

    @Test
    void thePeerSeesAnEndOnceTheBlackholeIsRestored() {
        Link closed = carry(first, 0);
        Link aborted = carry(second, 0);
        channels.blackhole(MEANT);
        FaultInjection.send(closed, "last");
        FaultInjection.send(aborted, "lost");
        closed.close();
        aborted.abort();
        loop.advanceMillis(1000);
        assertThat(first.did).isEmpty();
        assertThat(second.did).isEmpty();

        assertThat(channels.restore(MEANT)).isTrue();
        loop.advanceMillis(1_000_000);
        assertThat(first.did).containsExactly("last", "close");
        assertThat(second.did).containsExactly("abort");
        assertThat(channels.restore(MEANT)).isFalse();
    }

    @Test
    void whatIsStalledAndDelayedGoesOnAtOnce() {
        Link link = carry(first, 0);
        channels.change(MEANT, lane -> lane.stall(TimeUnit.DAYS.toNanos(1)));
        channels.change(MEANT, lane -> lane.delay(TimeUnit.DAYS.toNanos(1)));
        FaultInjection.send(link, "held");
        channels.restore(MEANT);
        assertThat(first.did).containsExactly("held");
        channels.change(MEANT, lane -> lane.delay(TimeUnit.MILLISECONDS.toNanos(5)));
        FaultInjection.send(link, "late");
        loop.advanceMillis(5);
        assertThat(first.did).containsExactly("held", "late");
    }

    @Test
    void onlyTheChannelThatIsNamedIsRestored() {
        Link link = carry(first, 0);
        Link other = carry(second, 1);
        channels.blackhole(FaultChannel.ALL);
        FaultInjection.send(link, "carried");
        FaultInjection.send(other, "not carried");
        channels.restore(MEANT);
        assertThat(first.did).containsExactly("carried");
        assertThat(second.did).isEmpty();
    }
}
