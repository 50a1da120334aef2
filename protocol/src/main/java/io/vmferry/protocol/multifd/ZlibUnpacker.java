package io.vmferry.protocol.multifd;

import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** The opposite of {@link ZlibPacker}. */
final class ZlibUnpacker implements PageUnpacker {

    private final Inflater inflater = new Inflater();

    @Override
    public void unpack(ByteBuffer packed, ByteBuffer out) throws UnpackException {
        inflater.setInput(packed);
        try {
            int bytes;
            do {
                bytes = inflater.inflate(out);
            } while (bytes > 0 && out.hasRemaining());
        } catch (DataFormatException e) {
            throw new UnpackException("inflate returned " + e.getMessage());
        }
        if (inflater.finished()) {
            throw new UnpackException("inflate returned the end of the stream");
        }
        if (inflater.needsDictionary()) {
            throw new UnpackException("inflate needs a dictionary");
        }
    }

    @Override
    public void close() {
        inflater.end();
    }
}
