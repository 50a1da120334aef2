package io.vmferry.protocol.ram;

import io.netty.buffer.ByteBuf;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import io.vmferry.protocol.stream.WireStrings;
import java.util.OptionalLong;

/** Reads the entries after a MEM_SIZE word until their lengths add up to the total. */
final class BlockListReader {

    private final RamSink sink;
    private final RamRules rules;

    private long totalBytes;
    private long leftBytes;

    BlockListReader(RamSink sink, RamRules rules) {
        this.sink = sink;
        this.rules = rules;
    }

    void start(long total) {
        totalBytes = total;
        leftBytes = total;
    }

    /** Whether entries are still to come. */
    boolean open() {
        return leftBytes != 0;
    }

    /** Reads the entry at an index; the index after it, or -1 when it is not complete. */
    int entry(ByteBuf in, int at) throws StreamException {
        int readable = in.writerIndex() - at;
        if (readable == 0 || readable < WireStrings.cstrBytesAt(in, at)) {
            return -1;
        }
        String idstr = WireStrings.getCstr(in, at);
        if (idstr.isEmpty()) {
            throw StreamException.of(
                    StreamError.RAM_UNKNOWN_BLOCK,
                    "Block list: entry without a name, 0x%x of 0x%x bytes are still to be listed"
                            .formatted(leftBytes, totalBytes));
        }
        boolean pageSizeListed = sink.pageSizeListed(idstr);
        int lengthAt = at + WireStrings.cstrBytesAt(in, at);
        int pageSizeAt = lengthAt + 8;
        int addressAt = pageSizeAt + (pageSizeListed ? 8 : 0);
        int end = addressAt + (rules.addressesListed() ? 8 : 0);
        if (in.writerIndex() < end) {
            return -1;
        }
        long lengthBytes = in.getLong(lengthAt);
        sink.blockListed(
                new RamBlockEntry(
                        idstr,
                        lengthBytes,
                        pageSizeListed
                                ? OptionalLong.of(in.getLong(pageSizeAt))
                                : OptionalLong.empty(),
                        rules.addressesListed()
                                ? OptionalLong.of(in.getLong(addressAt))
                                : OptionalLong.empty()));
        if (Long.compareUnsigned(lengthBytes, leftBytes) > 0) {
            throw StreamException.of(
                    StreamError.RAM_TOTAL_MISMATCH,
                    "Block list: %s has 0x%x bytes, but only 0x%x of the total 0x%x are left"
                            .formatted(
                                    WireStrings.quote(idstr), lengthBytes, leftBytes, totalBytes));
        }
        leftBytes -= lengthBytes;
        return end;
    }
}
