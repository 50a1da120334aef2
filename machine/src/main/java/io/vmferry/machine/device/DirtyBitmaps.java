package io.vmferry.machine.device;

import io.netty.buffer.ByteBuf;
import io.vmferry.protocol.stream.PayloadReader;
import io.vmferry.protocol.stream.StateWriter;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;

/**
 * The section of the dirty bitmaps of disks (capability {@code dirty-bitmaps}), of a guest without
 * disks: ends at once. Bitmaps from a peer are refused.
 */
public final class DirtyBitmaps implements StateDevice {

    /** QEMU's {@code DIRTY_BITMAP_MIG_FLAG_EOS}. */
    public static final int END_OF_BITMAPS = 0x01;

    @Override
    public String idstr() {
        return "dirty-bitmap";
    }

    @Override
    public int versionId() {
        return 1;
    }

    @Override
    public void save(StateWriter out) {
        out.uint8("flags", END_OF_BITMAPS);
    }

    @Override
    public PayloadReader loader(int versionId) {
        return DirtyBitmaps::read;
    }

    private static boolean read(ByteBuf in) throws StreamException {
        if (!in.isReadable()) {
            return false;
        }
        int flags = in.getUnsignedByte(in.readerIndex());
        if (flags != END_OF_BITMAPS) {
            throw StreamException.of(
                    StreamError.DEVICE_STATE,
                    "dirty bitmaps with flags 0x%02x came, and there is no disk here"
                            .formatted(flags));
        }
        in.skipBytes(1);
        return true;
    }
}
