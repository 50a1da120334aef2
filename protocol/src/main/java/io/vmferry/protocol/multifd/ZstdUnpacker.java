package io.vmferry.protocol.multifd;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.nio.ByteBuffer;

/** The opposite of {@link ZstdPacker}. */
final class ZstdUnpacker implements PageUnpacker {

    private final ZstdDecompressCtx context = new ZstdDecompressCtx();

    @Override
    public void unpack(ByteBuffer packed, ByteBuffer out) throws UnpackException {
        try {
            int before;
            do {
                before = packed.remaining() + out.remaining();
                if (context.decompressDirectByteBufferStream(out, packed)) {
                    throw new UnpackException("decompressStream returned the end of the frame");
                }
            } while (out.hasRemaining() && packed.remaining() + out.remaining() < before);
        } catch (ZstdException e) {
            throw new UnpackException("decompressStream returned " + e.getMessage());
        }
    }

    @Override
    public void close() {
        context.close();
    }
}
