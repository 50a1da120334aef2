package io.vmferry.source.outgoing.ram;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.protocol.multifd.PacketFormat;
import io.vmferry.protocol.multifd.PacketWriter;
import io.vmferry.protocol.options.Parameters.ZeroPageDetection;
import io.vmferry.protocol.ram.RamFlags;
import io.vmferry.source.outgoing.ram.RecordOutput.PageCounts;
import org.jspecify.annotations.Nullable;

/**
 * Writes pages into packets for the multifd channels, and what belongs to them into the main
 * stream: marks, and with {@code zero-page-detection=legacy} the zero pages.
 */
public final class MultifdOutput implements PageOutput {

    /** The most that is written in one go: whole packets, one for each of a few channels. */
    public static final int BATCH_BYTES =
            4 * (PacketFormat.HEADER_BYTES + PacketFormat.MAX_PAGES_BYTES);

    /** Memory that turns out to be zeros in one go: it is read, and costs no bytes on the wire. */
    static final int ZERO_BYTES = 4 << 20;

    private final RecordOutput records;
    private final ZeroPageDetection detection;
    private final boolean flushMarks;
    private final PageCounts counts;
    private final PagePackets packets;
    private final PacketContent content;
    private final PacketWriter header = new PacketWriter();

    private @Nullable ByteBuf stream;
    private @Nullable RamBlock block;
    private long leftBytes;
    private long leftZeroBytes;

    /**
     * @param records of the main stream
     * @param flushMarks whether the end of a round over RAM is marked by MULTIFD_FLUSH; else every
     *     end of a payload is a mark
     */
    public MultifdOutput(
            RecordOutput records,
            ZeroPageDetection detection,
            boolean flushMarks,
            PageCounts counts,
            PagePackets packets) {
        this.records = records;
        this.detection = detection;
        this.flushMarks = flushMarks;
        this.counts = counts;
        this.packets = packets;
        this.content = new PacketContent(packets);
    }

    /** Writes at most so many bytes from now on, up to {@link #flush}. */
    public MultifdOutput into(ByteBuf out, int maxBytes) {
        records.into(out, out.writableBytes());
        stream = out;
        leftBytes = maxBytes;
        leftZeroBytes = ZERO_BYTES;
        return this;
    }

    /** Whether a channel takes pages now. */
    public boolean ready() {
        return packets.takesMore();
    }

    /** Bytes of pages that were written here, and have not been counted as sent. */
    public long pendingBytes() {
        return packets.pendingBytes();
    }

    @Override
    public boolean takesMore() {
        return leftBytes > 0
                && leftZeroBytes > 0
                && (detection != ZeroPageDetection.LEGACY || records.takesMore())
                && (header.pages() > 0 || packets.takesMore());
    }

    @Override
    public void write(RamBlock from, long page) {
        if (detection != ZeroPageDetection.NONE && from.isZero(page)) {
            zeroPage(from, page);
            return;
        }
        begin(from);
        header.page(page * RamFlags.PAGE_SIZE);
        counts.normalPages++;
        leftBytes -= RamFlags.PAGE_SIZE;
        sendFull();
    }

    private void zeroPage(RamBlock from, long page) {
        leftBytes -= Long.BYTES;
        leftZeroBytes -= RamFlags.PAGE_SIZE;
        if (detection == ZeroPageDetection.LEGACY) {
            records.zeroPage(from, page);
            return;
        }
        begin(from);
        header.zeroPage(page * RamFlags.PAGE_SIZE);
        counts.zeroPages++;
        sendFull();
    }

    /** A packet has pages of one block only. */
    private void begin(RamBlock from) {
        if (from != block) {
            send();
            block = from;
        }
        if (header.pages() == 0) {
            leftBytes -= PacketFormat.HEADER_BYTES;
        }
    }

    private void sendFull() {
        if (header.full()) {
            send();
        }
    }

    private void send() {
        RamBlock of = block;
        if (header.pages() == 0 || of == null) {
            return;
        }
        packets.send(header, content.of(header, of), of.idstr());
        header.clear();
    }

    /** The pages that follow are later than all before, on whichever channel they go. */
    @Override
    public void roundEnded() {
        if (flushMarks && stream != null) {
            send();
            mark(stream);
        }
    }

    /** Is told of every end of a payload of RAM. */
    public void endOfPayload() {
        if (!flushMarks) {
            packets.synchronise();
        }
    }

    /** Marks that all pages so far are to be loaded before what follows. */
    public void mark(ByteBuf out) {
        if (flushMarks) {
            packets.synchronise();
            records.multifdFlush(out);
        }
    }

    @Override
    public void flush() {
        send();
        block = null;
        stream = null;
        records.flush();
    }
}
