package io.vmferry.protocol.multifd;

import java.nio.ByteBuffer;
import java.util.zip.Deflater;

/** One zlib stream without end, flushed with each payload. */
final class ZlibPacker implements PagePacker {

    private final Deflater deflater;

    ZlibPacker(int level) {
        deflater = new Deflater(level);
    }

    @Override
    public void pack(ByteBuffer pages, ByteBuffer out) {
        deflater.setInput(pages);
        int bytes;
        do {
            bytes = deflater.deflate(out, Deflater.SYNC_FLUSH);
        } while (bytes > 0 && out.hasRemaining() && !deflater.needsInput());
    }

    @Override
    public void close() {
        deflater.end();
    }
}
