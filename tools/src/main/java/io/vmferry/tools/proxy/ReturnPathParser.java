package io.vmferry.tools.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmferry.protocol.returnpath.ReturnPathType;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Cuts a return path into its messages, a bitmap with the message that announces it. */
final class ReturnPathParser implements Parser {

    private static final int HEAD_BYTES = 4;
    private static final int REQUEST_BYTES = 12;

    /** A bitmap of two TiB of RAM; whoever announces more is not waited for. */
    private static final long MAX_BITMAP_BYTES = 64 << 20;

    private ByteBuf kept = Unpooled.EMPTY_BUFFER;
    private boolean unread;

    @Override
    public void take(ByteBuf bytes, Outlet out) {
        ByteBuf all = Unpooled.wrappedBuffer(kept, bytes.readRetainedSlice(bytes.readableBytes()));
        kept = Unpooled.EMPTY_BUFFER;
        while (!unread && next(all, out)) {
            // each turn passes one message
        }
        if (unread) {
            out.pass(all);
        } else {
            kept = all.isReadable() ? all.copy() : Unpooled.EMPTY_BUFFER;
            all.release();
        }
    }

    @Override
    public void end(Outlet out) {
        out.pass(kept);
        kept = Unpooled.EMPTY_BUFFER;
    }

    /** True when a whole message was there. */
    private boolean next(ByteBuf in, Outlet out) {
        int at = in.readerIndex();
        if (in.readableBytes() < HEAD_BYTES) {
            return false;
        }
        Optional<ReturnPathType> type = ReturnPathType.ofCode(in.getUnsignedShort(at));
        int length = in.getUnsignedShort(at + 2);
        if (type.isEmpty()
                || length > ReturnPathType.MAX_LENGTH_BYTES
                || wrong(type.get(), length)) {
            return giveUp(
                    out,
                    "no return path message has type %d and %d bytes"
                            .formatted(in.getUnsignedShort(at), length));
        }
        long total = HEAD_BYTES + (long) length;
        if (type.get() == ReturnPathType.RECV_BITMAP) {
            if (in.readableBytes() < total + Long.BYTES) {
                return false;
            }
            long bitmap = in.getLong(at + (int) total);
            if (bitmap < 0 || bitmap > MAX_BITMAP_BYTES) {
                return giveUp(out, "a bitmap of %s bytes".formatted(Long.toUnsignedString(bitmap)));
            }
            total += bitmap + 2 * Long.BYTES;
        }
        if (in.readableBytes() < total) {
            return false;
        }
        Passing passing = passing(type.get(), in.slice(at + HEAD_BYTES, length));
        out.message(passing, in.readRetainedSlice((int) total));
        return true;
    }

    private static boolean wrong(ReturnPathType type, int length) {
        return switch (type) {
            case SHUT, PONG, REQ_PAGES, RESUME_ACK, SWITCHOVER_ACK -> length != type.lengthBytes();
            case REQ_PAGES_ID -> length <= REQUEST_BYTES;
            case RECV_BITMAP -> length <= 1;
        };
    }

    private boolean giveUp(Outlet out, String reason) {
        unread = true;
        out.unread(reason);
        return false;
    }

    private static Passing passing(ReturnPathType type, ByteBuf payload) {
        return switch (type) {
            case SHUT -> new Passing(PlaceName.SHUT, Integer.toString(payload.readInt()));
            case PONG -> new Passing(PlaceName.PONG, "0x" + Integer.toHexString(payload.readInt()));
            case REQ_PAGES, REQ_PAGES_ID ->
                    new Passing(PlaceName.REQ_PAGES, "0x" + Long.toHexString(payload.readLong()));
            case RECV_BITMAP ->
                    new Passing(
                            PlaceName.RECV_BITMAP,
                            payload.readCharSequence(
                                            payload.readUnsignedByte(), StandardCharsets.UTF_8)
                                    .toString());
            case RESUME_ACK -> new Passing(PlaceName.RESUME_ACK, "");
            case SWITCHOVER_ACK -> new Passing(PlaceName.SWITCHOVER_ACK, "");
        };
    }
}
