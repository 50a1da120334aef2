package io.vmferry.protocol.ram;

import io.netty.buffer.ByteBuf;
import io.vmferry.protocol.stream.WireStrings;

/**
 * A block's name as it goes on the wire, encoded once. Blocks are told apart by the identity of
 * their name object: make one per block.
 */
public final class RamBlockName {

    private final String idstr;
    private final byte[] bytes;

    /** Encodes a name of 1 to 255 bytes. */
    public RamBlockName(String idstr) {
        WireStrings.requireName(idstr);
        this.idstr = idstr;
        this.bytes = WireStrings.bytes(idstr);
    }

    /** The name. */
    public String idstr() {
        return idstr;
    }

    /** Bytes that the name takes on the wire, with its length. */
    public int wireBytes() {
        return 1 + bytes.length;
    }

    void write(ByteBuf out) {
        out.writeByte(bytes.length).writeBytes(bytes);
    }

    @Override
    public String toString() {
        return idstr;
    }
}
