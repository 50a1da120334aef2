package io.vmferry.protocol.stream;

import io.netty.buffer.ByteBuf;

/** Reads the fields of a device's state in QEMU's vmstate encoding: big-endian, unpadded. */
public final class StateReader {

    private final ByteBuf in;

    /** Reads from a buffer that holds the whole state. */
    public StateReader(ByteBuf in) {
        this.in = in;
    }

    /** An unsigned byte. */
    public int uint8() throws StreamException {
        return need(1).readUnsignedByte();
    }

    /** An unsigned 16-bit number. */
    public int uint16() throws StreamException {
        return need(2).readUnsignedShort();
    }

    /** An unsigned 32-bit number. */
    public long uint32() throws StreamException {
        return need(4).readUnsignedInt();
    }

    /** The bits of an unsigned 64-bit number. */
    public long uint64() throws StreamException {
        return need(8).readLong();
    }

    /** A signed 64-bit number. */
    public long int64() throws StreamException {
        return need(8).readLong();
    }

    /** Fills the array with raw bytes. */
    public void buffer(byte[] target) throws StreamException {
        need(target.length).readBytes(target);
    }

    /** Passes over bytes without a meaning. */
    public void skip(int bytes) throws StreamException {
        need(bytes).skipBytes(bytes);
    }

    private ByteBuf need(int bytes) throws StreamException {
        if (in.readableBytes() < bytes) {
            throw StreamException.of(
                    StreamError.DEVICE_STATE,
                    "Device state ends "
                            + (bytes - in.readableBytes())
                            + " bytes before the end of its next field");
        }
        return in;
    }
}
