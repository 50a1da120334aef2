package io.vmferry.protocol.ram;

import io.netty.buffer.ByteBuf;
import io.vmferry.protocol.stream.PayloadReader;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import io.vmferry.protocol.stream.WireStrings;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads RAM payloads of one channel, any number of them one after the other: the block of the last
 * page is remembered across EOS, sections and commands. A record is consumed when all of it is
 * there. Belongs to one thread.
 */
public final class RamReader implements PayloadReader {

    private static final String NO_BLOCK = "A record without a block is refused before";

    private static final int WORD_BYTES = 8;

    /** What is in front of the encoded bytes of a page: the encoding and their number. */
    private static final int XBZRLE_HEAD_BYTES = 3;

    private static final int CONTINUED_ZERO = RamFlags.ZERO | RamFlags.CONTINUE;
    private static final int CONTINUED_PAGE = RamFlags.PAGE | RamFlags.CONTINUE;

    private final RamSink sink;
    private final RamRules rules;
    private final BlockListReader list;

    private boolean postcopy;
    private @Nullable RamBlockSink block;
    private long blockLengthBytes;

    /** A reader in its precopy phase that has seen no block yet. */
    public RamReader(RamSink sink, RamRules rules) {
        this.sink = sink;
        this.rules = rules;
        this.list = new BlockListReader(sink, rules);
    }

    /** From POSTCOPY_LISTEN on there are pages and EOS only. */
    public void enterPostcopy() {
        postcopy = true;
    }

    /** Makes CONTINUE illegal until the next page that names its block. */
    public void forgetBlock() {
        block = null;
    }

    @Override
    public boolean read(ByteBuf in) throws StreamException {
        // The index of the record at hand; the buffer's own index follows when we return.
        int at = in.readerIndex();
        try {
            while (true) {
                while (list.open()) {
                    int next = list.entry(in, at);
                    if (next < 0) {
                        return false;
                    }
                    at = next;
                }
                int end = in.writerIndex();
                if (end - at < WORD_BYTES) {
                    return false;
                }
                long word = in.getLong(at);
                int flags = RamFlags.flags(word);
                int next;
                if (flags == CONTINUED_ZERO) {
                    next = zeroPage(in, RamFlags.offset(word), at + WORD_BYTES, end);
                } else if (flags == CONTINUED_PAGE) {
                    next = page(in, RamFlags.offset(word), at + WORD_BYTES, end);
                } else {
                    next = rare(in, word, at + WORD_BYTES, end);
                }
                if (next < 0) {
                    return false;
                }
                at = next;
                if ((flags & RamFlags.EOS) != 0) {
                    return true;
                }
                if ((flags & RamFlags.MULTIFD_FLUSH) != 0) {
                    // The sink may want to stop here, which only our caller can do.
                    return false;
                }
            }
        } finally {
            in.readerIndex(at);
        }
    }

    /** The index after the record, or -1 when it is not complete. */
    private int zeroPage(ByteBuf in, long offset, int fillAt, int end) throws StreamException {
        checkOffset(offset);
        if (end == fillAt) {
            return -1;
        }
        int fill = in.getUnsignedByte(fillAt);
        if (fill != 0 && rules.zeroFillMustBeZero()) {
            throw StreamException.of(
                    StreamError.RAM_ZERO_FILL,
                    "Zero page at offset 0x%x is filled with 0x%02x".formatted(offset, fill));
        }
        Objects.requireNonNull(block, NO_BLOCK).zeroPage(offset, fill);
        return fillAt + 1;
    }

    private int page(ByteBuf in, long offset, int bodyAt, int end) throws StreamException {
        checkOffset(offset);
        if (end - bodyAt < RamFlags.PAGE_SIZE) {
            return -1;
        }
        in.readerIndex(bodyAt);
        Objects.requireNonNull(block, NO_BLOCK).page(offset, in);
        int next = bodyAt + RamFlags.PAGE_SIZE;
        if (in.readerIndex() != next) {
            throw new IllegalStateException("A page was not consumed exactly");
        }
        return next;
    }

    private int delta(ByteBuf in, long offset, int headAt, int end) throws StreamException {
        checkOffset(offset);
        int bodyAt = headAt + XBZRLE_HEAD_BYTES;
        if (end < bodyAt) {
            return -1;
        }
        int encoding = in.getUnsignedByte(headAt);
        if (encoding != RamFlags.XBZRLE_ENCODING) {
            throw StreamException.of(
                    StreamError.RAM_XBZRLE_ENCODING,
                    "XBZRLE page at offset 0x%x has encoding 0x%02x instead of 0x%02x"
                            .formatted(offset, encoding, RamFlags.XBZRLE_ENCODING));
        }
        int length = in.getUnsignedShort(headAt + 1);
        if (length > RamFlags.PAGE_SIZE) {
            throw StreamException.of(
                    StreamError.RAM_XBZRLE_LENGTH,
                    "XBZRLE page at offset 0x%x has %d encoded bytes, more than the page's %d"
                            .formatted(offset, length, RamFlags.PAGE_SIZE));
        }
        int next = bodyAt + length;
        if (end < next) {
            return -1;
        }
        in.readerIndex(bodyAt);
        Objects.requireNonNull(block, NO_BLOCK).delta(offset, in, length);
        if (in.readerIndex() != next) {
            throw new IllegalStateException("A delta was not consumed exactly");
        }
        return next;
    }

    private void checkOffset(long offset) throws StreamException {
        if (block == null) {
            throw StreamException.of(
                    StreamError.RAM_NO_PREVIOUS_BLOCK,
                    "Page at offset 0x%x continues a block, but none was named".formatted(offset));
        }
        if (Long.compareUnsigned(offset, blockLengthBytes) >= 0) {
            throw StreamException.of(
                    StreamError.RAM_OFFSET,
                    "Page at offset 0x%x lies outside of its block of 0x%x bytes"
                            .formatted(offset, blockLengthBytes));
        }
    }

    /** Every record but the two that make up nearly all of a stream. */
    private int rare(ByteBuf in, long word, int bodyAt, int end) throws StreamException {
        long offset = RamFlags.offset(word);
        switch (RamFlags.flags(word) & ~RamFlags.CONTINUE) {
            case RamFlags.ZERO -> {
                int fillAt = name(in, word, bodyAt, end);
                return fillAt < 0 ? fillAt : zeroPage(in, offset, fillAt, end);
            }
            case RamFlags.PAGE -> {
                int pageAt = name(in, word, bodyAt, end);
                return pageAt < 0 ? pageAt : page(in, offset, pageAt, end);
            }
            case RamFlags.EOS -> {
                return bodyAt;
            }
            case RamFlags.MEM_SIZE -> {
                requirePrecopy(word);
                list.start(offset);
            }
            case RamFlags.MULTIFD_FLUSH -> {
                requirePrecopy(word);
                require(rules.multifdFlushKnown(), word);
                sink.multifdFlush();
            }
            case RamFlags.HOOK -> {
                requirePrecopy(word);
                require(rules.hookIgnored(), word);
            }
            case RamFlags.XBZRLE -> {
                requirePrecopy(word);
                int headAt = name(in, word, bodyAt, end);
                return headAt < 0 ? headAt : delta(in, offset, headAt, end);
            }
            case RamFlags.COMPRESS_PAGE -> {
                requirePrecopy(word);
                require(rules.compressPageKnown(), word);
                throw StreamException.of(
                        StreamError.RAM_COMPRESS_UNSUPPORTED,
                        "Compressed page at offset 0x%x: capability compress is not built in"
                                .formatted(offset));
            }
            default -> require(false, word);
        }
        return bodyAt;
    }

    /** Looks a named block up; the index after the name, or -1 when it is not complete. */
    private int name(ByteBuf in, long word, int at, int end) throws StreamException {
        if ((RamFlags.flags(word) & RamFlags.CONTINUE) != 0) {
            return at;
        }
        if (at == end || end - at < WireStrings.cstrBytesAt(in, at)) {
            return -1;
        }
        block = sink.block(WireStrings.getCstr(in, at));
        blockLengthBytes = block.usedLengthBytes();
        return at + WireStrings.cstrBytesAt(in, at);
    }

    private void requirePrecopy(long word) throws StreamException {
        require(!postcopy, word);
    }

    private void require(boolean legal, long word) throws StreamException {
        if (!legal) {
            throw StreamException.of(
                    StreamError.RAM_FLAGS,
                    "RAM record with flags 0x%03x%s"
                            .formatted(
                                    RamFlags.flags(word),
                                    postcopy ? " in the postcopy phase" : ""));
        }
    }
}
