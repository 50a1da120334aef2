package io.vmferry.protocol.stream;

import io.netty.buffer.ByteBuf;
import io.vmferry.protocol.stream.VmDescription.Field;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the fields of a device's state in QEMU's vmstate encoding and keeps their names and sizes
 * for the {@link VmDescription}.
 */
public final class StateWriter {

    private final ByteBuf out;
    private final List<Field> fields = new ArrayList<>();

    /** Appends to a buffer that the caller owns. */
    public StateWriter(ByteBuf out) {
        this.out = out;
    }

    /** The fields written so far, in order. */
    public List<Field> fields() {
        return List.copyOf(fields);
    }

    /** An unsigned byte. */
    public StateWriter uint8(String name, int value) {
        out.writeByte(value);
        return field(name, "uint8", 1);
    }

    /** An unsigned 16-bit number. */
    public StateWriter uint16(String name, int value) {
        out.writeShort(value);
        return field(name, "uint16", 2);
    }

    /** An unsigned 32-bit number. */
    public StateWriter uint32(String name, long value) {
        out.writeInt((int) value);
        return field(name, "uint32", 4);
    }

    /** An unsigned 64-bit number. */
    public StateWriter uint64(String name, long value) {
        out.writeLong(value);
        return field(name, "uint64", 8);
    }

    /** A signed 64-bit number. */
    public StateWriter int64(String name, long value) {
        out.writeLong(value);
        return field(name, "int64", 8);
    }

    /** Raw bytes. */
    public StateWriter buffer(String name, byte[] bytes) {
        out.writeBytes(bytes);
        return field(name, "buffer", bytes.length);
    }

    /** Zero bytes in the place of something that is gone. */
    public StateWriter unused(int bytes) {
        out.writeZero(bytes);
        return field("unused", "unused_buffer", bytes);
    }

    private StateWriter field(String name, String type, int sizeBytes) {
        fields.add(new Field(name, type, sizeBytes));
        return this;
    }
}
