package io.vmferry.protocol.returnpath;

import io.netty.buffer.ByteBuf;
import io.vmferry.protocol.stream.WireStrings;

/** Appends return-path messages to a buffer that the caller owns. Keeps no state. */
public final class ReturnPathWriter {

    /** After every bitmap. */
    static final long BITMAP_END_MARK = 0x0123_4567_89AB_CDEFL;

    private ReturnPathWriter() {}

    /** Appends a message, a bitmap included. */
    public static void write(ByteBuf out, ReturnPathMessage message) {
        out.writeShort(message.type().code());
        int lengthAt = out.writerIndex();
        out.writeShort(0);
        switch (message) {
            case ReturnPathMessage.Shut(int value) -> out.writeInt(value);
            case ReturnPathMessage.Pong(int value) -> out.writeInt(value);
            case ReturnPathMessage.ReqPagesId(long start, int length, String block) -> {
                out.writeLong(start).writeInt(length);
                WireStrings.writeCstr(out, block);
            }
            case ReturnPathMessage.ReqPages(long start, int length) ->
                    out.writeLong(start).writeInt(length);
            case ReturnPathMessage.RecvBitmap(String block, var _) ->
                    WireStrings.writeCstr(out, block);
            case ReturnPathMessage.ResumeAck(int value) -> out.writeInt(value);
            case ReturnPathMessage.SwitchoverAck _ -> {}
        }
        out.setShort(lengthAt, out.writerIndex() - lengthAt - 2);
        if (message instanceof ReturnPathMessage.RecvBitmap(var _, ReceivedBitmap bitmap)) {
            bitmap(out, bitmap);
        }
    }

    private static void bitmap(ByteBuf out, ReceivedBitmap bitmap) {
        int bytes = Math.multiplyExact(bitmap.wordCount(), Long.BYTES);
        out.ensureWritable(bytes + 2 * Long.BYTES);
        out.writeLong(bytes);
        bitmap.copyTo(out.internalNioBuffer(out.writerIndex(), bytes));
        out.writerIndex(out.writerIndex() + bytes);
        out.writeLong(BITMAP_END_MARK);
    }
}
