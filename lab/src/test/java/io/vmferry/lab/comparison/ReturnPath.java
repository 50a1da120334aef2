package io.vmferry.lab.comparison;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Bytes of return-path messages, good and bad ones. */
final class ReturnPath {

    private ReturnPath() {}

    static byte[] shut(int value) {
        return number(1, value);
    }

    static byte[] pong(int value) {
        return number(2, value);
    }

    static byte[] resumeAck(int value) {
        return number(6, value);
    }

    /** REQ_PAGES_ID for one 4 KiB page. */
    static byte[] pages(String block, int offset) {
        byte[] name = block.getBytes(StandardCharsets.UTF_8);
        ByteBuffer body = ByteBuffer.allocate(13 + name.length);
        body.putLong(offset).putInt(4096).put((byte) name.length).put(name);
        return message(3, body.array());
    }

    /** RECV_BITMAP of a block of so many pages, none of which has come. */
    static byte[] bitmap(String block, int pages) {
        byte[] name = block.getBytes(StandardCharsets.UTF_8);
        ByteBuffer head = ByteBuffer.allocate(1 + name.length).put((byte) name.length).put(name);
        int bytes = (pages + 63) / 64 * 8;
        ByteBuffer all = ByteBuffer.allocate(4 + head.capacity() + 8 + bytes + 8);
        all.put(message(5, head.array())).putLong(bytes);
        all.position(all.position() + bytes);
        all.putLong(0x0123456789abcdefL);
        return all.array();
    }

    private static byte[] number(int type, int value) {
        return message(type, ByteBuffer.allocate(4).putInt(value).array());
    }

    private static byte[] message(int type, byte[] body) {
        return ByteBuffer.allocate(4 + body.length)
                .putShort((short) type)
                .putShort((short) body.length)
                .put(body)
                .array();
    }
}
