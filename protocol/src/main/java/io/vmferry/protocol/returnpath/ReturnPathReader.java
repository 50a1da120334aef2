package io.vmferry.protocol.returnpath;

import io.netty.buffer.ByteBuf;
import io.vmferry.protocol.returnpath.ReturnPathMessage.RecvBitmap;
import io.vmferry.protocol.returnpath.ReturnPathMessage.ReqPages;
import io.vmferry.protocol.returnpath.ReturnPathMessage.ReqPagesId;
import io.vmferry.protocol.returnpath.ReturnPathMessage.ResumeAck;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import io.vmferry.protocol.stream.WireStrings;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the messages of one return-path connection in whatever pieces they arrive. After SHUT
 * everything is dropped. Belongs to one thread; after a refusal it refuses everything.
 */
public final class ReturnPathReader {

    private static final int HEADER_BYTES = 4;
    private static final int REQ_PAGES_BYTES = 12;

    private final ReturnPathListener listener;
    private final BitmapSizes sizes;
    private final boolean switchoverAckKnown;

    private @Nullable ReturnPathType type;
    private @Nullable BitmapBody bitmap;
    private long messageOffset;
    private boolean blockNamed;
    private boolean paused;
    private boolean ended;
    private @Nullable StreamException failure;
    private int inputStart;
    private long consumedBytes;
    private int unreadBytes;

    /**
     * A reader at the first byte of the path, after the preamble where there is one.
     *
     * @param switchoverAckKnown whether SWITCHOVER_ACK is a message; since QEMU 8.1
     */
    public ReturnPathReader(
            ReturnPathListener listener, BitmapSizes sizes, boolean switchoverAckKnown) {
        this.listener = listener;
        this.sizes = sizes;
        this.switchoverAckKnown = switchoverAckKnown;
    }

    /**
     * Consumes the messages that are complete, until paused. The caller presents the rest again in
     * front of more bytes.
     */
    public void read(ByteBuf in) throws StreamException {
        if (failure != null) {
            throw failure;
        }
        inputStart = in.readerIndex();
        try {
            boolean advanced = true;
            while (advanced && !ended && !paused) {
                advanced = bitmap == null ? message(in) : bitmap(bitmap, in);
            }
            if (ended) {
                in.skipBytes(in.readableBytes());
            }
        } catch (StreamException refused) {
            failure = refused.onReturnPath(offset(in), element());
            throw failure;
        } finally {
            consumedBytes = offset(in);
            unreadBytes = in.readableBytes();
        }
    }

    /** Stops before the next message; for a listener that cannot take more for now. */
    public void pause() {
        paused = true;
    }

    /** Ends a pause. The caller then presents the unread bytes again; nothing is read here. */
    public void resume() {
        paused = false;
    }

    /** Whether the listener has paused this reader. */
    public boolean paused() {
        return paused;
    }

    /** Bytes of this path consumed so far. */
    public long offset() {
        return consumedBytes;
    }

    /** Whether SHUT was read. */
    public boolean ended() {
        return ended;
    }

    /** The connection has ended and all its bytes were presented. Legal after SHUT only. */
    public void endOfInput() throws StreamException {
        if (failure != null) {
            throw failure;
        }
        if (!ended) {
            String where = unreadBytes > 0 || bitmap != null ? "within a message" : "before SHUT";
            failure =
                    StreamException.of(StreamError.TRUNCATED, "Return path ended " + where)
                            .onReturnPath(consumedBytes + unreadBytes, element());
            throw failure;
        }
    }

    private long offset(ByteBuf in) {
        return consumedBytes + in.readerIndex() - inputStart;
    }

    /** What is being read, for a message; empty between messages. */
    private Optional<String> element() {
        return Optional.ofNullable(type).map(known -> "message " + known);
    }

    private boolean message(ByteBuf in) throws StreamException {
        if (in.readableBytes() < HEADER_BYTES) {
            return false;
        }
        int at = in.readerIndex();
        int lengthBytes = in.getUnsignedShort(at + 2);
        messageOffset = offset(in);
        type = type(in.getUnsignedShort(at), lengthBytes);
        requireLength(type, lengthBytes);
        if (in.readableBytes() < HEADER_BYTES + lengthBytes) {
            return false;
        }
        ByteBuf payload = in.slice(at + HEADER_BYTES, lengthBytes);
        if (type == ReturnPathType.RECV_BITMAP) {
            bitmap = new BitmapBody(block(type, payload), sizes);
            in.skipBytes(HEADER_BYTES + lengthBytes);
        } else {
            ReturnPathMessage message = payload(type, payload);
            ended = type == ReturnPathType.SHUT;
            tell(message, in, HEADER_BYTES + lengthBytes);
        }
        return true;
    }

    /**
     * A message is consumed before the listener gets it: one that the listener fails over by a bug
     * of its own does not come a second time. One that it refuses is not consumed, so that the
     * refusal has its offset.
     */
    private void tell(ReturnPathMessage message, ByteBuf in, int bytes) throws StreamException {
        int start = in.readerIndex();
        in.skipBytes(bytes);
        try {
            listener.message(messageOffset, bytes, message);
        } catch (StreamException refused) {
            in.readerIndex(start);
            throw refused;
        }
        type = null;
    }

    private ReturnPathType type(int code, int lengthBytes) throws StreamException {
        return ReturnPathType.ofCode(code)
                .filter(t -> t != ReturnPathType.SWITCHOVER_ACK || switchoverAckKnown)
                .orElseThrow(() ->
                        StreamException.of(
                                StreamError.RP_UNKNOWN_TYPE,
                                "Unknown message type 0x%x of length %d"
                                        .formatted(code, lengthBytes)));
    }

    private static void requireLength(ReturnPathType type, int lengthBytes) throws StreamException {
        boolean legal =
                type.lengthBytes() == ReturnPathType.VARIABLE
                        ? lengthBytes <= ReturnPathType.MAX_LENGTH_BYTES
                        : lengthBytes == type.lengthBytes();
        if (!legal) {
            throw length(type, lengthBytes);
        }
    }

    private ReturnPathMessage payload(ReturnPathType type, ByteBuf in) throws StreamException {
        return switch (type) {
            case SHUT -> new ReturnPathMessage.Shut(in.readInt());
            case PONG -> new ReturnPathMessage.Pong(in.readInt());
            case REQ_PAGES_ID -> reqPagesId(in);
            case REQ_PAGES -> reqPages(in);
            case RESUME_ACK -> resumeAck(in.readInt());
            case SWITCHOVER_ACK -> new ReturnPathMessage.SwitchoverAck();
            case RECV_BITMAP -> throw new IllegalStateException("Bitmaps have a body");
        };
    }

    private ReturnPathMessage reqPagesId(ByteBuf in) throws StreamException {
        if (in.readableBytes() < REQ_PAGES_BYTES) {
            throw length(ReturnPathType.REQ_PAGES_ID, in.readableBytes());
        }
        long start = in.readLong();
        int lengthBytes = in.readInt();
        String block = block(ReturnPathType.REQ_PAGES_ID, in);
        blockNamed = true;
        return new ReqPagesId(start, lengthBytes, block);
    }

    private ReturnPathMessage reqPages(ByteBuf in) throws StreamException {
        if (!blockNamed) {
            throw StreamException.of(
                    StreamError.RP_NO_PREVIOUS_BLOCK,
                    "REQ_PAGES, but no REQ_PAGES_ID has named a block");
        }
        return new ReqPages(in.readLong(), in.readInt());
    }

    private static ReturnPathMessage resumeAck(int value) throws StreamException {
        if (value != ResumeAck.RESUMED) {
            throw StreamException.of(
                    StreamError.RP_RESUME_ACK_VALUE,
                    "RESUME_ACK with value %s, expected 1"
                            .formatted(Integer.toUnsignedString(value)));
        }
        return new ResumeAck(value);
    }

    /** The name that fills the rest of a payload. */
    private static String block(ReturnPathType type, ByteBuf in) throws StreamException {
        if (!in.isReadable()
                || WireStrings.cstrBytesAt(in, in.readerIndex()) != in.readableBytes()) {
            throw length(type, in.writerIndex());
        }
        String block = WireStrings.readCstr(in);
        if (block.isEmpty()) {
            throw StreamException.of(
                    StreamError.RP_UNKNOWN_BLOCK, "Message %s without a block".formatted(type));
        }
        return block;
    }

    private static StreamException length(ReturnPathType type, int lengthBytes) {
        String expected =
                switch (type) {
                    case REQ_PAGES_ID -> "13 and the name";
                    case RECV_BITMAP -> "1 and the name";
                    case SHUT, PONG, REQ_PAGES, RESUME_ACK, SWITCHOVER_ACK ->
                            Integer.toString(type.lengthBytes());
                };
        return StreamException.of(
                StreamError.RP_LENGTH,
                "Message %s has %d bytes of payload, expected %s"
                        .formatted(type, lengthBytes, expected));
    }

    private boolean bitmap(BitmapBody body, ByteBuf in) throws StreamException {
        int before = in.readerIndex();
        if (!body.read(in)) {
            return in.readerIndex() > before;
        }
        RecvBitmap message = new RecvBitmap(body.block(), body.bitmap());
        bitmap = null;
        listener.message(messageOffset, offset(in) - messageOffset, message);
        type = null;
        return true;
    }
}
