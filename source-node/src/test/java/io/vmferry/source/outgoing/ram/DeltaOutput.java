package io.vmferry.source.outgoing.ram;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.protocol.ram.RamFlags;
import io.vmferry.protocol.stream.WireStrings;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/**
 * An output in front of records, as XBZRLE is one: of a page that was sent before only one range of
 * bytes travels. What is kept are the bytes that were sent, not what memory holds by then.
 */
final class DeltaOutput implements PageOutput {

    private final RecordOutput records;
    private final Map<Long, byte[]> sent = new HashMap<>();

    @SuppressWarnings("NullAway.Init") // set as the test begins
    private ByteBuf batch;

    DeltaOutput(RecordOutput records) {
        this.records = records;
    }

    void into(ByteBuf out, int maxBytes) {
        batch = out;
        records.into(out, maxBytes);
    }

    @Override
    public boolean takesMore() {
        return records.takesMore();
    }

    @Override
    public void write(RamBlock block, long page) {
        byte[] before = sent.get(block.firstPage() + page);
        if (before != null) {
            writeDelta(block, page, before);
            return;
        }
        int start = batch.writerIndex();
        records.write(block, page);
        if (batch.writerIndex() - start > RamFlags.PAGE_SIZE) {
            byte[] bytes = new byte[RamFlags.PAGE_SIZE];
            batch.getBytes(batch.writerIndex() - bytes.length, bytes);
            sent.put(block.firstPage() + page, bytes);
        }
    }

    /** Word, name, first byte that differs, how many from there on, those bytes. */
    private void writeDelta(RamBlock block, long page, byte[] before) {
        batch.writeLong(page * RamFlags.PAGE_SIZE | RamFlags.XBZRLE);
        WireStrings.writeCstr(batch, block.idstr());
        int head = batch.writerIndex();
        byte[] now = new byte[RamFlags.PAGE_SIZE];
        block.copyPage(page, MemorySegment.ofArray(now), 0);
        batch.writeInt(0).writeBytes(now);
        int from = 0;
        int to = RamFlags.PAGE_SIZE;
        while (from < to && before[from] == batch.getByte(head + 4 + from)) {
            from++;
        }
        while (to > from && before[to - 1] == batch.getByte(head + 4 + to - 1)) {
            to--;
        }
        batch.getBytes(head + 4 + from, before, from, to - from);
        batch.writerIndex(head).writeShort(from).writeShort(to - from);
        batch.writeBytes(before, from, to - from);
        records.forgetBlock();
    }

    @Override
    public void flush() {
        records.flush();
    }
}
