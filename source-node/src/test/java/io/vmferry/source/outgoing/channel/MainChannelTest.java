package io.vmferry.source.outgoing.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.util.ByteProcessor.IndexNotOfProcessor;
import io.vmferry.machine.link.NotedLink;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.source.outgoing.figures.OutgoingCounters;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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
            assertTakesLittleMore(bytes);
            assertThat(channel.sendRecords(out -> out.writeZero(bytes))).isEqualTo(bytes);
            assertTakesLittleMore(bytes);
        }
    }

    private void assertTakesLittleMore(int bytes) {
        ByteBuf batch = link.queued.getLast();
        assertThat(batch.readableBytes()).isEqualTo(bytes);
        assertThat(batch.capacity()).isLessThanOrEqualTo(2 * bytes);
    }

    @Test
    void aBatchOfRecordsIsWrittenWhereAnEarlierOneWasThatHasLeft() {
        Set<Long> places = new HashSet<>();
        for (int batch = 0; batch < 100; batch++) {
            sendFull((byte) batch);
            ByteBuf sent = link.queued.removeFirst();
            places.add(sent.memoryAddress());
            sent.release();
        }
        assertThat(places).hasSize(1);
    }

    /** Also when more wait than buffers are kept for use again. */
    @Test
    void aBatchThatWaitsKeepsItsBytes() {
        int batches = 20;
        for (int batch = 0; batch < batches; batch++) {
            sendFull((byte) batch);
        }
        for (int batch = 0; batch < batches; batch++) {
            ByteBuf waiting = link.queued.get(batch);
            assertThat(waiting.readableBytes()).isEqualTo(MainChannel.BATCH_BYTES);
            assertThat(waiting.forEachByte(new IndexNotOfProcessor((byte) batch))).isEqualTo(-1);
        }
    }

    private void sendFull(byte content) {
        channel.sendRecords(out -> {
            for (int i = 0; i < MainChannel.BATCH_BYTES; i++) {
                out.writeByte(content);
            }
        });
    }

    @Test
    void everyByteIsSentAndCounted() {
        channel.send(out -> out.writeBytes(new byte[] {1, 2, 3}));
        channel.sendRecords(1 << 20, out -> out.writeZero(1 << 20));
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
