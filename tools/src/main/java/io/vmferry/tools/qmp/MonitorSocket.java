package io.vmferry.tools.qmp;

import io.vmferry.machine.descriptor.Descriptor;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.util.List;

/** The connected socket of a monitor's client; one thread reads and others write and close. */
interface MonitorSocket extends Closeable {

    /** What the monitor says. */
    InputStream input();

    /**
     * Writes all of the bytes.
     *
     * @param along descriptors that go with the first of them and stay the caller's
     */
    void write(ByteBuffer bytes, List<Descriptor> along) throws IOException;

    /** A socket of Java's, which cannot send descriptors. */
    record ChannelSocket(SocketChannel channel) implements MonitorSocket {

        @Override
        public InputStream input() {
            return Channels.newInputStream(channel);
        }

        @Override
        public void write(ByteBuffer bytes, List<Descriptor> along) throws IOException {
            if (!along.isEmpty()) {
                throw new IOException("Only a UNIX monitor takes descriptors");
            }
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
