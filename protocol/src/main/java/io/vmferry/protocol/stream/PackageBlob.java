package io.vmferry.protocol.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** The blob of a package while it arrives. Grows with the bytes, not with the announcement. */
final class PackageBlob {

    private static final int FIRST_CAPACITY_BYTES = 4096;

    // On the heap: a blob that is never delivered needs nobody to release it.
    private final ByteBuf bytes;
    private final int lengthBytes;

    private PackageBlob(int lengthBytes) {
        this.lengthBytes = lengthBytes;
        this.bytes = Unpooled.buffer(Math.min(lengthBytes, FIRST_CAPACITY_BYTES), lengthBytes);
    }

    static PackageBlob announced(long lengthBytes, int maxBytes) throws StreamException {
        if (lengthBytes > maxBytes) {
            throw StreamException.of(
                    StreamError.PACKAGE_TOO_LARGE,
                    "Package of %d bytes, the limit is %d".formatted(lengthBytes, maxBytes));
        }
        return new PackageBlob((int) lengthBytes);
    }

    /** Takes what belongs to the blob; true when it is complete. */
    boolean fill(ByteBuf in) {
        bytes.writeBytes(in, Math.min(bytes.maxWritableBytes(), in.readableBytes()));
        return bytes.writerIndex() == lengthBytes;
    }

    ByteBuf bytes() {
        return bytes;
    }

    @Override
    public String toString() {
        return "after " + bytes.writerIndex() + " of " + lengthBytes + " bytes";
    }
}
