package io.vmferry.source.outgoing.ram;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.memory.RamBlockSpec;
import io.vmferry.source.outgoing.ram.RecordOutput.PageCounts;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Pages as records, without anybody who chooses them. */
class RecordOutputTest {

    private static final List<RamBlockSpec> BLOCKS =
            List.of(new RamBlockSpec("a", 8 * 4096), new RamBlockSpec("b", 8 * 4096));

    private final GuestRam here = GuestRam.allocate(BLOCKS);
    private final GuestRam there = GuestRam.allocate(BLOCKS);
    private final RamBlock a = here.blocks().getFirst();
    private final RamBlock b = here.blocks().getLast();
    private final PageCounts counts = new PageCounts();
    private final RecordOutput output = new RecordOutput(here, true, counts);
    private final ReadRecords arrival = new ReadRecords(there);

    @AfterEach
    void unmap() {
        here.close();
        there.close();
    }

    private static ByteBuf batch(int bytes) {
        return UnpooledByteBufAllocator.DEFAULT.directBuffer(bytes, bytes);
    }

    @Test
    void aPageOfZerosTravelsWithoutThem() {
        ReadRecords.store(a, 2, 7, 1);
        ReadRecords.store(b, 0, 7, 0);
        ByteBuf out = batch(1 << 16);
        output.into(out, 1 << 16);
        output.write(a, 1);
        output.write(a, 2);
        output.write(b, 0);
        output.flush();
        assertThat(out.readableBytes()).isEqualTo(11 + 8 + 4096 + 11);
        output.eos(out);
        arrival.read(out);
        assertThat(arrival.pages).containsExactly("a 1 zero", "a 2", "b 0 zero");
        assertThat(counts.zeroPages).isEqualTo(2);
        assertThat(counts.normalPages).isEqualTo(1);
        ReadRecords.assertSame(here, there);
    }

    @Test
    void withoutDetectionItTravelsAsItIs() {
        ByteBuf out = batch(1 << 16);
        RecordOutput plain = new RecordOutput(here, false, counts);
        plain.into(out, 1 << 16);
        plain.write(a, 1);
        plain.eos(out);
        arrival.read(out);
        assertThat(arrival.pages).containsExactly("a 1");
    }

    @Test
    void anotherLinkNamesItsBlocksItself() {
        RecordOutput other = output.another();
        ByteBuf out = batch(1 << 16);
        output.into(out, 1 << 16);
        output.write(a, 1);
        output.flush();
        other.into(out, 1 << 16);
        other.write(a, 2);
        assertThat(out.readableBytes()).isEqualTo(11 + 11);
        assertThat(counts.all()).isEqualTo(2);
        out.release();
    }

    @Test
    void namesTheBlockAgainWhenItIsForgotten() {
        ByteBuf out = batch(1 << 16);
        output.into(out, 1 << 16);
        output.write(a, 1);
        output.write(a, 2);
        output.forgetBlock();
        output.write(a, 3);
        assertThat(out.readableBytes()).isEqualTo(11 + 9 + 11);
        out.release();
    }

    /** What is in the batch before does not count, and the capacity is never exceeded. */
    @Test
    void takesWhatFitsWithTheReserve() {
        ByteBuf out = batch(3 * RecordOutput.MAX_RECORD_BYTES);
        out.writeZero(100);
        output.into(out, RecordOutput.MAX_RECORD_BYTES + 10);
        assertThat(output.takesMore()).isTrue();
        out.writeZero(10);
        assertThat(output.takesMore()).isTrue();
        out.writeZero(1);
        assertThat(output.takesMore()).isFalse();
        output.into(out, 1 << 20);
        out.writerIndex(2 * RecordOutput.MAX_RECORD_BYTES);
        assertThat(output.takesMore()).isTrue();
        output.enterPostcopy();
        output.into(out, 1 << 20);
        assertThat(output.takesMore()).isFalse();
        out.release();
    }
}
