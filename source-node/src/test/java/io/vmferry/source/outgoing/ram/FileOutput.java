package io.vmferry.source.outgoing.ram;

import io.vmferry.machine.memory.RamBlock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.BitSet;

/**
 * An output into a file, as mapped-ram is one: each page has its place there, and a bit that says
 * whether the place counts; a page of zeros only clears it. The bits are written after the pages.
 */
final class FileOutput implements PageOutput {

    private final FileChannel file;
    private final int pageCount;
    private final BitSet filled = new BitSet();

    FileOutput(FileChannel file, int pageCount) {
        this.file = file;
        this.pageCount = pageCount;
    }

    @Override
    public void write(RamBlock block, long page) {
        int place = (int) (block.firstPage() + page);
        filled.set(place, !block.isZero(page));
        if (filled.get(place)) {
            writeAt(place, block.segment().asSlice(page * 4096, 4096).asByteBuffer());
        }
    }

    @Override
    public void flush() {
        byte[] bits = Arrays.copyOf(filled.toByteArray(), (pageCount + 7) / 8);
        writeAt(pageCount, ByteBuffer.wrap(bits));
    }

    private void writeAt(int place, ByteBuffer bytes) {
        try {
            long at = place * 4096L;
            while (bytes.hasRemaining()) {
                at += file.write(bytes, at);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
