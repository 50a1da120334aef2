package io.vmferry.tools.qmp;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import io.vmferry.machine.descriptor.Descriptor;
import io.vmferry.machine.descriptor.MessageWriter;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.List;

/** A UNIX socket that can send descriptors, which Java's own cannot. */
final class DescriptorSocket implements MonitorSocket {

    private static final int READ_BYTES = 1 << 16;

    private final Socket socket;
    private final Descriptor descriptor;

    private DescriptorSocket(Socket socket, Descriptor descriptor) {
        this.socket = socket;
        this.descriptor = descriptor;
    }

    static DescriptorSocket connect(String path) throws IOException {
        if (!Epoll.isAvailable()) {
            throw new IOException("Descriptors need epoll, which cannot be loaded here");
        }
        Socket socket = Socket.newSocketDomain();
        Descriptor descriptor = Descriptor.own(socket.intValue());
        try {
            descriptor.blocking(true);
            socket.connect(new DomainSocketAddress(path));
            return new DescriptorSocket(socket, descriptor);
        } catch (IOException | RuntimeException e) {
            descriptor.close();
            throw e;
        }
    }

    @Override
    public InputStream input() {
        return new InputStream() {
            private final MemorySegment room = Arena.ofAuto().allocate(READ_BYTES);

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
            }

            @Override
            public int read(byte[] bytes, int offset, int lengthBytes) throws IOException {
                int count =
                        (int) descriptor.read(room.asSlice(0, Math.min(lengthBytes, READ_BYTES)));
                MemorySegment.copy(room, ValueLayout.JAVA_BYTE, 0, bytes, offset, count);
                return count == 0 ? -1 : count;
            }

            // by the thread that reads, which has the last call on the descriptor
            @Override
            public void close() {
                descriptor.close();
            }
        };
    }

    @Override
    public void write(ByteBuffer bytes, List<Descriptor> along) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment left = arena.allocate(bytes.remaining());
            left.asByteBuffer().put(bytes);
            List<Descriptor> unsent = along;
            while (left.byteSize() > 0) {
                left = left.asSlice(MessageWriter.write(descriptor, left, unsent));
                unsent = List.of();
            }
        }
    }

    /** Ends the input, upon which whoever reads closes the descriptor. */
    @Override
    public void close() throws IOException {
        socket.shutdown();
    }
}
