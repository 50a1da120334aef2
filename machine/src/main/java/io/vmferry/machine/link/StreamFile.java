package io.vmferry.machine.link;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.vmferry.machine.descriptor.Descriptor;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;

/** A file that a stream is read from or written to, from front to back. */
sealed interface StreamFile extends Closeable {

    /**
     * Reads as much as the buffer's room allows.
     *
     * @return how many bytes, negative at the end
     */
    int read(ByteBuf into) throws IOException;

    /** Writes some of the buffer's content. */
    void write(ByteBuf from) throws IOException;

    /** A file that this process has opened; interrupting its thread closes it. */
    record ChannelFile(FileChannel channel) implements StreamFile {

        @Override
        public int read(ByteBuf into) throws IOException {
            return into.writeBytes(channel, into.writableBytes());
        }

        @Override
        public void write(ByteBuf from) throws IOException {
            int _ = from.readBytes(channel, from.readableBytes());
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /** A file that somebody else has opened, at the position where it stands. */
    record DescriptorFile(Descriptor descriptor) implements StreamFile {

        @Override
        public int read(ByteBuf into) throws IOException {
            int count =
                    (int)
                            descriptor.read(
                                    MemorySegment.ofBuffer(
                                            into.internalNioBuffer(
                                                    into.writerIndex(), into.writableBytes())));
            into.writerIndex(into.writerIndex() + count);
            return count == 0 ? -1 : count;
        }

        @Override
        public void write(ByteBuf from) throws IOException {
            if (!from.isDirect()) {
                writeCopy(from);
                return;
            }
            long count = descriptor.write(MemorySegment.ofBuffer(from.nioBuffers()[0]));
            from.skipBytes((int) count);
        }

        /** The kernel needs memory that no garbage collector moves. */
        private void writeCopy(ByteBuf from) throws IOException {
            ByteBuf copy = ByteBufAllocator.DEFAULT.directBuffer(from.readableBytes());
            try {
                copy.writeBytes(from);
                while (copy.isReadable()) {
                    write(copy);
                }
            } finally {
                copy.release();
            }
        }

        @Override
        public void close() {
            descriptor.close();
        }
    }
}
