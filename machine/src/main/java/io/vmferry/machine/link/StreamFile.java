package io.vmferry.machine.link;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.vmferry.machine.descriptor.Descriptor;
import io.vmferry.machine.descriptor.DescriptorException;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
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

    /**
     * A file that somebody else has opened, at the position where it stands. Interrupting its
     * thread ends a wait for it.
     *
     * @param waits whether a call may have to wait for somebody, as for a terminal; it does not
     *     block then
     */
    record DescriptorFile(Descriptor descriptor, boolean waits) implements StreamFile {

        /** Time until a thread that waits looks whether it was interrupted. */
        private static final int LOOK_MILLIS = 100;

        static DescriptorFile of(Descriptor descriptor) throws IOException {
            boolean waits =
                    switch (descriptor.kind()) {
                        case REGULAR_FILE, DIRECTORY, BLOCK_DEVICE -> false;
                        case SOCKET, PIPE, CHARACTER_DEVICE, OTHER -> true;
                    };
            if (waits) {
                descriptor.blocking(false);
            }
            return new DescriptorFile(descriptor, waits);
        }

        @FunctionalInterface
        private interface Transfer {
            long run() throws IOException;
        }

        @Override
        public int read(ByteBuf into) throws IOException {
            ByteBuffer room = into.internalNioBuffer(into.writerIndex(), into.writableBytes());
            int count = (int) ready(false, () -> descriptor.read(MemorySegment.ofBuffer(room)));
            into.writerIndex(into.writerIndex() + count);
            return count == 0 ? -1 : count;
        }

        @Override
        public void write(ByteBuf from) throws IOException {
            if (!from.isDirect()) {
                writeCopy(from);
                return;
            }
            MemorySegment bytes = MemorySegment.ofBuffer(from.nioBuffers()[0]);
            from.skipBytes((int) ready(true, () -> descriptor.write(bytes)));
        }

        private long ready(boolean toWrite, Transfer transfer) throws IOException {
            while (true) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new ClosedByInterruptException();
                }
                if (waits && !descriptor.awaitReady(toWrite, LOOK_MILLIS)) {
                    continue;
                }
                try {
                    return transfer.run();
                } catch (DescriptorException e) {
                    if (!e.wouldWait()) {
                        throw e;
                    }
                }
            }
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
