package io.vmferry.machine.memory;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.util.Objects;

/**
 * The bytes of a {@link RamBlock}, in and out, without note of what is stored: whoever stores says
 * so to the block. Any thread may call any method.
 */
public final class BlockContent {

    private static final int PAGE_SIZE = RamBlock.PAGE_SIZE;

    private static final MemorySegment ZEROS =
            Arena.global().allocate(PAGE_SIZE, ValueLayout.JAVA_LONG.byteSize());

    private final MemorySegment segment;
    private final long address;

    BlockContent(MemorySegment segment) {
        this.segment = segment;
        this.address = segment.address();
    }

    /** Whether every byte of a page is zero. */
    boolean holdsZeros(long page) {
        long start = offsetOf(page);
        return segment.get(ValueLayout.JAVA_LONG, start) == 0
                && MemorySegment.mismatch(segment, start, start + PAGE_SIZE, ZEROS, 0, PAGE_SIZE)
                        < 0;
    }

    /** Sets every byte of a page. */
    void fill(long page, byte value) {
        segment.asSlice(offsetOf(page), PAGE_SIZE).fill(value);
    }

    /** Takes exactly one page of a buffer. */
    void load(long page, PageSource source) {
        ByteBuf in = source.bytes();
        if (in.readableBytes() < PAGE_SIZE) {
            throw new IndexOutOfBoundsException(
                    "A page needs " + PAGE_SIZE + " bytes, " + in.readableBytes() + " are there");
        }
        long offset = offsetOf(page);
        if (source.address() != 0) {
            int from = in.readerIndex();
            HostMemory.copy(segment, source.address() + from, address + offset, PAGE_SIZE);
            in.readerIndex(from + PAGE_SIZE);
        } else if (in.hasArray()) {
            MemorySegment.copy(
                    in.array(),
                    in.arrayOffset() + in.readerIndex(),
                    segment,
                    ValueLayout.JAVA_BYTE,
                    offset,
                    PAGE_SIZE);
            in.skipBytes(PAGE_SIZE);
        } else {
            in.readBytes(segment.asSlice(offset, PAGE_SIZE).asByteBuffer());
        }
    }

    /** Takes bytes of a buffer, which is left as it is. */
    void change(long offset, PageSource source, int index, int lengthBytes) {
        if (source.address() != 0) {
            HostMemory.copy(segment, source.address() + index, address + offset, lengthBytes);
        } else {
            source.bytes().getBytes(index, segment.asSlice(offset, lengthBytes).asByteBuffer());
        }
    }

    /**
     * A part of the memory as a buffer, for a transport. The memory must stay mapped as long as the
     * buffer is used; stores through it are announced as all others.
     *
     * @return readable as a whole
     */
    public ByteBuf buffer(long offset, int lengthBytes) {
        return Unpooled.wrappedBuffer(segment.asSlice(offset, lengthBytes).asByteBuffer());
    }

    /**
     * Takes bytes as the content of a part of the memory, which was announced; where they lie there
     * already they are only consumed.
     */
    public void place(long offset, PageSource source, int lengthBytes) {
        Objects.checkFromIndexSize(offset, lengthBytes, segment.byteSize());
        ByteBuf in = source.bytes();
        Objects.checkFromIndexSize(in.readerIndex(), lengthBytes, in.writerIndex());
        if (source.address() == 0) {
            in.readBytes(segment.asSlice(offset, lengthBytes).asByteBuffer());
            return;
        }
        long from = source.address() + in.readerIndex();
        if (from != address + offset) {
            HostMemory.copy(segment, from, address + offset, lengthBytes);
        }
        in.skipBytes(lengthBytes);
    }

    /**
     * Copies a page out.
     *
     * @param target memory that is not this block's
     */
    void copyPage(long page, MemorySegment target, long targetOffset) {
        Objects.checkFromIndexSize(targetOffset, PAGE_SIZE, target.byteSize());
        if (target.isNative() && !target.isReadOnly() && target.scope().isAlive()) {
            try {
                HostMemory.copy(
                        segment,
                        address + offsetOf(page),
                        target.address() + targetOffset,
                        PAGE_SIZE);
            } finally {
                Reference.reachabilityFence(target);
            }
        } else {
            MemorySegment.copy(segment, offsetOf(page), target, targetOffset, PAGE_SIZE);
        }
    }

    private long offsetOf(long page) {
        return Objects.checkIndex(page, segment.byteSize() >>> RamBlock.PAGE_SHIFT)
                << RamBlock.PAGE_SHIFT;
    }
}
