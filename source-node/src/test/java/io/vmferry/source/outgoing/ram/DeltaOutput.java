package io.vmferry.source.outgoing.ram;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.protocol.ram.RamFlags;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Map;

/**
 * An output in front of records, as XBZRLE is one: of a page that was sent before only one range of
 * bytes travels, preceded by where it begins and how long it is.
 *
 * @param sent by page of the guest the bytes that were sent, not what memory holds by then
 */
record DeltaOutput(RecordOutput records, Map<Long, byte[]> sent) implements PageOutput {

    @Override
    public boolean takesMore() {
        return records.takesMore();
    }

    @Override
    public void write(RamBlock block, long page) {
        ByteBuf batch = records.batch();
        byte[] now = new byte[RamFlags.PAGE_SIZE]; // as it is sent below
        byte[] before = sent.put(block.firstPage() + page, now);
        if (before == null) {
            int start = batch.writerIndex();
            records.write(block, page);
            if (batch.writerIndex() - start > now.length) { // not as zeros
                batch.getBytes(batch.writerIndex() - now.length, now);
            }
        } else {
            block.copyPage(page, MemorySegment.ofArray(now), 0);
            int from = Math.max(Arrays.mismatch(before, now), 0);
            int to = now.length;
            while (to > from && before[to - 1] == now[to - 1]) {
                to--;
            }
            records.begin(RamFlags.XBZRLE, block, page).writeShort(from).writeShort(to - from);
            batch.writeBytes(now, from, to - from);
        }
    }

    @Override
    public void flush() {
        records.flush();
    }
}
