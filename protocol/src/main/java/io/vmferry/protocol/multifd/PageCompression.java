package io.vmferry.protocol.multifd;

import io.vmferry.protocol.Named;
import io.vmferry.protocol.options.Parameters;

/** How the pages of a packet are compressed: the values of {@code multifd-compression} built in. */
public enum PageCompression implements Named {
    /** Not at all. */
    NONE(0),
    /** As one zlib stream. */
    ZLIB(1),
    /** As one zstd frame. */
    ZSTD(2);

    private final int method;

    PageCompression(int method) {
        this.method = method;
    }

    /** The compression that the parameters ask for. */
    public static PageCompression of(Parameters parameters) {
        return Named.require(PageCompression.class, "compression", parameters.multifdCompression());
    }

    /** How the flags of a packet name it. */
    public int flags() {
        return method << 1;
    }

    /** What compresses the pages of a channel, at the level that the parameters ask for. */
    PagePacker packer(Parameters parameters) {
        return switch (this) {
            case NONE -> PagePacker.NONE;
            case ZLIB -> new ZlibPacker(parameters.multifdZlibLevel());
            case ZSTD -> new ZstdPacker(parameters.multifdZstdLevel());
        };
    }

    /** The opposite. */
    PageUnpacker unpacker() {
        return switch (this) {
            case NONE -> PageUnpacker.NONE;
            case ZLIB -> new ZlibUnpacker();
            case ZSTD -> new ZstdUnpacker();
        };
    }
}
