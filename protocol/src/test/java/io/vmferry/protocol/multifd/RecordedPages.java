package io.vmferry.protocol.multifd;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.vmferry.protocol.ram.RamFlags;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes down what a reader hands over, and holds it after each synchronisation if it is to. */
final class RecordedPages implements PacketSink {

    final List<String> events = new ArrayList<>();
    final List<byte[]> contents = new ArrayList<>();
    boolean holdsAfterSync;
    boolean memory;
    boolean held;
    boolean hasRoom = true;
    int freedBytes;
    private ByteBuf content = Unpooled.EMPTY_BUFFER;

    @Override
    public PacketBlock block(String idstr) throws StreamException {
        if (!idstr.equals("ram")) {
            throw StreamException.of(StreamError.RAM_UNKNOWN_BLOCK, "unknown block " + idstr);
        }
        return new PacketBlock() {
            @Override
            public long usedLengthBytes() {
                return 1 << 20;
            }

            @Override
            public void zeroPages(long offset, int count) {
                events.add("zeros 0x%x × %d".formatted(offset, count));
            }

            @Override
            public void begin(long offset, int count) {
                content = Unpooled.buffer(count * RamFlags.PAGE_SIZE);
            }

            @Override
            public Optional<ByteBuf> memory(long offset, int lengthBytes) {
                return memory
                        ? Optional.of(Unpooled.buffer(lengthBytes, lengthBytes))
                        : Optional.empty();
            }

            @Override
            public void take(long offset, ByteBuf in, int lengthBytes) {
                content.writeBytes(in, lengthBytes);
            }

            @Override
            public void end(long offset, int count) {
                events.add("pages 0x%x × %d".formatted(offset, count));
                contents.add(ByteBufUtil.getBytes(content));
            }
        };
    }

    @Override
    public void synchronised() {
        events.add("sync");
        held = holdsAfterSync;
    }

    @Override
    public boolean hasRoom(int bytes) {
        return hasRoom;
    }

    @Override
    public void roomFree(int bytes) {
        freedBytes += bytes;
    }

    @Override
    public boolean held() {
        return held;
    }
}
