package io.vmferry.lab.bench;

import io.vmferry.lab.process.ChildProcess;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Two programs in cold JVMs that exchange over loopback TCP what a migration needs while the guest
 * stands still, and do nothing else: one megabyte of state that is acknowledged, then single pages
 * that are asked for. One thread and blocking NIO a side.
 */
final class ColdExchange {

    private static final int STATE_BYTES = 1 << 20;
    private static final int PAGE_BYTES = 4096;
    private static final int HEADER_BYTES = 8;
    private static final int PAGES = 5000;
    private static final Pattern LISTENING = Pattern.compile("listening on (\\d+)");
    private static final Pattern TOOK =
            Pattern.compile("state (\\d+) ns, median (\\d+) ns, 99 % within (\\d+) ns");

    /**
     * The times of one run.
     *
     * @param stateNanos from the first byte of the state until it is acknowledged
     * @param medianNanos from asking for a page until it has been copied to its place
     * @param percentile99Nanos of the same
     */
    record Times(long stateNanos, long medianNanos, long percentile99Nanos) {}

    private ColdExchange() {}

    static Times measure(Path folder) throws Exception {
        List<String> options = BareJvm.DAEMON_OPTIONS;
        try (ChildProcess holder =
                BareJvm.start(folder, "holder", options, ColdExchange.class, "holder")) {
            String port = holder.awaitLine(LISTENING).group(1);
            try (ChildProcess asker =
                    BareJvm.start(folder, "asker", options, ColdExchange.class, port)) {
                Matcher pages = asker.awaitLine(TOOK);
                return new Times(
                        Long.parseLong(pages.group(1)),
                        Long.parseLong(pages.group(2)),
                        Long.parseLong(pages.group(3)));
            }
        }
    }

    /** {@code holder}, or the {@code PORT} of one. */
    public static void main(String[] args) throws IOException {
        InetAddress here = InetAddress.getLoopbackAddress();
        if (args[0].equals("holder")) {
            try (ServerSocketChannel listening = ServerSocketChannel.open()) {
                listening.bind(new InetSocketAddress(here, 0));
                System.out.println("listening on " + listening.socket().getLocalPort());
                try (SocketChannel channel = listening.accept()) {
                    hold(channel);
                }
            }
            return;
        }
        InetSocketAddress there = new InetSocketAddress(here, Integer.parseInt(args[0]));
        try (SocketChannel channel = SocketChannel.open(there)) {
            ask(channel);
        }
    }

    /** Takes the state, acknowledges it, and sends each page that is asked for. */
    private static void hold(SocketChannel channel) throws IOException {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        MemorySegment ram = Arena.global().allocate((long) PAGES * PAGE_BYTES, PAGE_BYTES);
        ram.fill((byte) 1);
        ByteBuffer state = ByteBuffer.allocateDirect(STATE_BYTES);
        MemorySegment received = MemorySegment.ofBuffer(state);
        fill(channel, state);
        MemorySegment.copy(received, 0, ram, 0, STATE_BYTES);
        writeAll(channel, ByteBuffer.allocateDirect(1));
        ByteBuffer request = ByteBuffer.allocateDirect(HEADER_BYTES);
        ByteBuffer record = ByteBuffer.allocateDirect(HEADER_BYTES + PAGE_BYTES);
        MemorySegment target = MemorySegment.ofBuffer(record);
        for (int page = 0; page < PAGES; page++) {
            fill(channel, request.clear());
            long offset = request.getLong(0);
            record.clear().putLong(0, offset);
            MemorySegment.copy(ram, offset, target, HEADER_BYTES, PAGE_BYTES);
            writeAll(channel, record);
        }
    }

    private static void ask(SocketChannel channel) throws IOException {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        MemorySegment ram = Arena.global().allocate((long) PAGES * PAGE_BYTES, PAGE_BYTES);
        ByteBuffer state = ByteBuffer.allocateDirect(STATE_BYTES);
        long began = System.nanoTime();
        writeAll(channel, state);
        fill(channel, ByteBuffer.allocateDirect(1));
        long stateNanos = System.nanoTime() - began;
        ByteBuffer request = ByteBuffer.allocateDirect(HEADER_BYTES);
        ByteBuffer record = ByteBuffer.allocateDirect(HEADER_BYTES + PAGE_BYTES);
        MemorySegment source = MemorySegment.ofBuffer(record);
        long[] nanos = new long[PAGES];
        for (int page = 0; page < PAGES; page++) {
            long asked = System.nanoTime();
            request.clear().putLong(0, (long) page * PAGE_BYTES);
            writeAll(channel, request);
            fill(channel, record.clear());
            MemorySegment.copy(source, HEADER_BYTES, ram, record.getLong(0), PAGE_BYTES);
            nanos[page] = System.nanoTime() - asked;
        }
        Arrays.sort(nanos);
        System.out.printf(
                "state %d ns, median %d ns, 99 %% within %d ns%n",
                stateNanos, nanos[PAGES / 2], nanos[PAGES * 99 / 100]);
    }

    private static void writeAll(SocketChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static void fill(SocketChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            if (channel.read(bytes) < 0) {
                throw new EOFException(
                        "The peer ended, %d bytes were to come".formatted(bytes.remaining()));
            }
        }
    }
}
