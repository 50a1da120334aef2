package io.vmferry.lab.bench;

import io.vmferry.lab.process.ChildProcess;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Two programs that move page records over loopback TCP with nothing else around: blocking NIO,
 * batches of 256 KiB, each page copied out of and into memory that was touched before, one cold JVM
 * a side. What plain Java reaches on this machine.
 */
final class PlainLoop {

    private static final int PAGE_BYTES = 4096;
    private static final int HEADER_BYTES = 8;
    private static final int RECORD_BYTES = HEADER_BYTES + PAGE_BYTES;
    private static final int BATCH_BYTES = 256 << 10;
    private static final long HUGE_PAGE_BYTES = 2 << 20;
    private static final long MIXER = 0x9E3779B97F4A7C15L;
    private static final Pattern LISTENING = Pattern.compile("listening on (\\d+)");
    private static final Pattern TOOK = Pattern.compile("took (\\d+) ns");

    private static final List<String> OPTIONS = List.of("-Xmx96m", "-XX:+UseSerialGC");

    private PlainLoop() {}

    /** Bytes per second that arrive when that many bytes are sent. */
    static double bytesPerSecond(BenchContext context, long bytes) throws Exception {
        Path folder = context.folder();
        try (ChildProcess receiver = start(folder, "receiver", "receiver", bytes)) {
            String port = receiver.awaitLine(LISTENING).group(1);
            try (ChildProcess sender = start(folder, "sender", "sender", bytes, port)) {
                long nanos = Long.parseLong(sender.awaitLine(TOOK).group(1));
                return bytes * 1e9 / nanos;
            }
        }
    }

    private static ChildProcess start(Path folder, String name, Object... arguments)
            throws IOException {
        return BareJvm.start(folder, name, OPTIONS, PlainLoop.class, arguments);
    }

    /** {@code receiver BYTES} or {@code sender BYTES PORT}. */
    public static void main(String[] args) throws IOException {
        MemorySegment ram = touched(Long.parseLong(args[1]));
        InetAddress here = InetAddress.getLoopbackAddress();
        if (args[0].equals("receiver")) {
            try (ServerSocketChannel listening = ServerSocketChannel.open()) {
                listening.bind(new InetSocketAddress(here, 0));
                System.out.println("listening on " + listening.socket().getLocalPort());
                try (SocketChannel channel = listening.accept()) {
                    receive(channel, ram);
                    channel.write(ByteBuffer.allocate(1));
                }
            }
            return;
        }
        InetSocketAddress there = new InetSocketAddress(here, Integer.parseInt(args[2]));
        try (SocketChannel channel = SocketChannel.open(there)) {
            long began = System.nanoTime();
            send(channel, ram);
            channel.read(ByteBuffer.allocate(1));
            System.out.printf("took %d ns%n", System.nanoTime() - began);
        }
    }

    /** Memory with other content in each page. */
    private static MemorySegment touched(long bytes) {
        MemorySegment ram = Arena.global().allocate(bytes, HUGE_PAGE_BYTES);
        for (long at = 0; at < bytes; at += Long.BYTES) {
            ram.set(ValueLayout.JAVA_LONG, at, at * MIXER + 1);
        }
        return ram;
    }

    private static void send(SocketChannel channel, MemorySegment ram) throws IOException {
        ByteBuffer batch = ByteBuffer.allocateDirect(BATCH_BYTES);
        MemorySegment target = MemorySegment.ofBuffer(batch);
        for (long page = 0; page < ram.byteSize(); ) {
            batch.clear();
            int end = 0;
            while (end + RECORD_BYTES <= BATCH_BYTES && page < ram.byteSize()) {
                batch.putLong(end, page | HEADER_BYTES);
                MemorySegment.copy(ram, page, target, end + HEADER_BYTES, PAGE_BYTES);
                end += RECORD_BYTES;
                page += PAGE_BYTES;
            }
            batch.limit(end);
            while (batch.hasRemaining()) {
                channel.write(batch);
            }
        }
    }

    private static void receive(SocketChannel channel, MemorySegment ram) throws IOException {
        ByteBuffer batch = ByteBuffer.allocateDirect(BATCH_BYTES);
        MemorySegment source = MemorySegment.ofBuffer(batch);
        for (long missing = ram.byteSize(); missing > 0; ) {
            if (channel.read(batch) < 0) {
                throw new IOException("The sender ended with %d bytes to come".formatted(missing));
            }
            int end = batch.position();
            int at = 0;
            while (at + RECORD_BYTES <= end) {
                long page = batch.getLong(at) & -PAGE_BYTES;
                MemorySegment.copy(source, at + HEADER_BYTES, ram, page, PAGE_BYTES);
                at += RECORD_BYTES;
                missing -= PAGE_BYTES;
            }
            batch.position(at).limit(end);
            batch.compact();
        }
    }
}
