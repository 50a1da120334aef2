package io.vmferry.machine.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.ManualLoop;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.status.Side;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Faults address channels of a kind by index, in whatever order they connect. */
class FaultyChannelsTest {

    private final ManualLoop loop = new ManualLoop();
    private final FaultyChannels channels = new FaultyChannels(Side.SOURCE, loop);
    private final PipeLink first = new PipeLink();
    private final PipeLink second = new PipeLink();

    private Link carry(PipeLink pipe, int index) {
        Link link = channels.wrap(pipe);
        link.attach(new PipeLink.Engine());
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
    void bytesAreCountedOnTheChannelOfTheIndex() {
        List<String> struck = new ArrayList<>();
        channels.at(ChannelRole.multifd(1), 1, 2, () -> struck.add("struck"));
        Link other = carry(first, 0);
        Link meant = carry(second, 1);
        FaultInjection.send(other, "many bytes");
        assertThat(struck).isEmpty();
        FaultInjection.send(meant, "four");
        assertThat(struck).containsExactly("struck");
    }
}
