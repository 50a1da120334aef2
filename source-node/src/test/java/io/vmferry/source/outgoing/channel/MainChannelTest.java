package io.vmferry.source.outgoing.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.link.NotedLink;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.source.outgoing.figures.OutgoingCounters;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the batches of the main channel keep while they wait for the peer. */
class MainChannelTest {

    private final UnreadLink link = new UnreadLink();
    private final OutgoingCounters counters = new OutgoingCounters();
    private final MainChannel channel = new MainChannel(link, counters, Probe.NONE);

    @AfterEach
    void release() {
        link.queued.forEach(ByteBuf::release);
    }

    /** A link counts bytes: what a peer does not read must not take much more than it counts. */
    @Test
    void whatIsQueuedTakesLittleMoreThanItsBytes() {
        for (int bytes : new int[] {1, 25, 4096, 70_000, 200_000, MainChannel.BATCH_BYTES}) {
            assertThat(channel.send(out -> out.writeZero(bytes))).isEqualTo(bytes);
            ByteBuf batch = link.queued.getLast();
            assertThat(batch.readableBytes()).isEqualTo(bytes);
            assertThat(batch.capacity()).isLessThanOrEqualTo(2 * bytes);
        }
    }

    @Test
    void everyByteIsSentAndCounted() {
        channel.send(out -> out.writeBytes(new byte[] {1, 2, 3}));
        channel.send(1 << 20, out -> out.writeZero(1 << 20));
        assertThat(counters.transferredBytes).isEqualTo((1 << 20) + 3);
        ByteBuf first = link.queued.getFirst();
        assertThat(List.of(first.getByte(0), first.getByte(1), first.getByte(2)))
                .containsExactly((byte) 1, (byte) 2, (byte) 3);
    }

    /** What hands the guest over must not be told of before its bytes are there. */
    @Test
    void nothingLeavesAndNothingIsToldWhereWritingBreaks() {
        List<String> told = new ArrayList<>();
        assertThatThrownBy(() ->
                        channel.send(
                                out -> {
                                    throw new OutOfMemoryError("planted");
                                },
                                () -> told.add("leaves")))
                .isInstanceOf(OutOfMemoryError.class);
        assertThat(told).isEmpty();
        assertThat(link.queued).isEmpty();
        channel.send(out -> out.writeZero(1), () -> told.add("leaves " + link.queued.size()));
        assertThat(told).containsExactly("leaves 0");
    }

    /** Keeps what is written, as a peer that does not read makes it do. */
    private static final class UnreadLink extends NotedLink {

        private final List<ByteBuf> queued = new ArrayList<>();

        UnreadLink() {
            super("nobody", note -> {});
        }

        @Override
        public boolean writable() {
            return false;
        }

        @Override
        public void write(ByteBuf bytes) {
            queued.add(bytes);
        }
    }
}
