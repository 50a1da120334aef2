package io.vmferry.source.outgoing.ram;

import io.vmferry.machine.memory.RamBlock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.BitSet;

/**
 * An output into a file, as mapped-ram is one: each page has its place there, and a bit that says
 * whether the place counts; a page of zeros only clears it. The bits are written after the pages.
 */
final class FileOutput implements PageOutput {

    private final FileChannel file;
    private final long pageCount;
    private final BitSet filled = new BitSet();

    FileOutput(FileChannel file, long pageCount) {
        this.file = file;
        this.pageCount = pageCount;
    }

    @Override
    public boolean takesMore() {
        return true;
    }

    @Override
    public void write(RamBlock block, long page) {
        long place = block.firstPage() + page;
        boolean zero = block.isZero(page);
        filled.set((int) place, !zero);
        if (!zero) {
            long offset = page * RamBlock.PAGE_SIZE;
            writeAt(
                    place * RamBlock.PAGE_SIZE,
                    block.segment().asSlice(offset, RamBlock.PAGE_SIZE).asByteBuffer());
        }
    }

    @Override
    public void flush() {
        byte[] bits = new byte[(int) (pageCount + 7) / 8];
        byte[] some = filled.toByteArray();
        System.arraycopy(some, 0, bits, 0, some.length);
        writeAt(pageCount * RamBlock.PAGE_SIZE, ByteBuffer.wrap(bits));
    }

    private void writeAt(long position, ByteBuffer bytes) {
        try {
            long at = position;
            while (bytes.hasRemaining()) {
                at += file.write(bytes, at);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
