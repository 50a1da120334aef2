package io.vmferry.protocol.multifd;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.ZstdCompressCtx;
import java.nio.ByteBuffer;

/** One zstd frame without end, flushed with each payload. */
final class ZstdPacker implements PagePacker {

    private final ZstdCompressCtx context = new ZstdCompressCtx();

    ZstdPacker(int level) {
        context.setLevel(level);
    }

    @Override
    public void pack(ByteBuffer pages, ByteBuffer out) {
        boolean flushed;
        do {
            flushed = context.compressDirectByteBufferStream(out, pages, EndDirective.FLUSH);
        } while (!flushed && out.hasRemaining());
    }

    @Override
    public void close() {
        context.close();
    }
}
