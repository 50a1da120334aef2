package io.vmferry.source.outgoing.ram;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.PageSource;
import io.vmferry.machine.memory.PlacedPages;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.ram.RamBlockEntry;
import io.vmferry.protocol.ram.RamBlockSink;
import io.vmferry.protocol.ram.RamReader;
import io.vmferry.protocol.ram.RamRules;
import io.vmferry.protocol.ram.RamSink;
import io.vmferry.protocol.ram.XbzrleDecoder;
import io.vmferry.protocol.stream.StreamException;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** One channel into the memory of another guest: reads records and notes what comes. */
final class ReadRecords implements RamSink {

    final List<RamBlockEntry> listed = new ArrayList<>();
    final List<String> pages = new ArrayList<>();
    private final GuestRam there;
    private final RamReader reader = new RamReader(this, RamRules.of(Profile.DEFAULT));

    ReadRecords(GuestRam there) {
        this.there = there;
    }

    /** Reads records with an EOS after them, and releases the buffer. */
    void read(ByteBuf records) {
        try {
            assertThat(reader.read(records)).as("up to EOS").isTrue();
            assertThat(records.isReadable()).isFalse();
        } catch (StreamException e) {
            throw new AssertionError(e);
        } finally {
            records.release();
        }
    }

    /** A guest stores to a page. */
    static void store(RamBlock block, long page, long offset, int value) {
        block.willStore(page);
        block.segment().set(ValueLayout.JAVA_BYTE, page * 4096 + offset, (byte) value);
        block.stored(page);
    }

    static void assertSame(GuestRam here, GuestRam there) {
        for (RamBlock block : here.blocks()) {
            RamBlock other = there.blocks().get(block.index());
            assertThat(block.segment().mismatch(other.segment())).as(block.idstr()).isEqualTo(-1);
        }
    }

    @Override
    public void blockListed(RamBlockEntry entry) {
        listed.add(entry);
    }

    @Override
    public RamBlockSink block(String idstr) {
        RamBlock block = there.block(idstr).orElseThrow();
        return new RamBlockSink() {
            @Override
            public long usedLengthBytes() {
                return block.lengthBytes();
            }

            @Override
            public void zeroPage(long offset, int fill) {
                pages.add(idstr + " " + offset / 4096 + " zero");
                PlacedPages.zero(block, offset / 4096);
            }

            @Override
            public void page(long offset, ByteBuf in) {
                pages.add(idstr + " " + offset / 4096);
                PlacedPages.place(block, offset / 4096, PageSource.of(in));
            }

            @Override
            public void delta(long offset, ByteBuf in, int lengthBytes) throws StreamException {
                pages.add(idstr + " " + offset / 4096 + " delta");
                XbzrleDecoder.decode(
                        in,
                        lengthBytes,
                        offset,
                        (at, from, index, bytes) ->
                                block.change(offset / 4096, at, PageSource.of(from), index, bytes));
            }
        };
    }

    @Override
    public void multifdFlush() {}
}
