package io.vmferry.lab.pair;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.vmferry.lab.process.ProcessUse;
import io.vmferry.protocol.returnpath.ReturnPathPreamble;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Others than the source connect to the port of a migration, before it and beside it: it gets
 * through all the same, and what they cost is bounded.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class UnrecognizedConnectionIT {

    private static final String GUEST = "--memory 16M ";
    private static final String WORKLOAD = "--workload uniform,rate=1000,boot=8M ";
    private static final String LISTEN = "--once --qmp --incoming tcp:127.0.0.1:0 ";
    private static final int MANY = 5000;
    private static final long MAX_MORE_BYTES = 20L << 20;
    private static final byte[] NOTHING = {};
    private static final byte[] MAGIC = "QEVM".getBytes(StandardCharsets.US_ASCII);

    @TempDir Path directory;
    private Daemons daemons;

    @BeforeEach
    void open() {
        daemons = new Daemons(directory);
    }

    @AfterEach
    void close() throws IOException {
        daemons.close();
    }

    private static byte[] preamble(long number) {
        ByteBuf out = Unpooled.buffer();
        new ReturnPathPreamble(new UUID(number, number)).write(out);
        return ByteBufUtil.getBytes(out);
    }

    /** Connections that are kept open as long as the other side does, the last ones at least. */
    private static final class Crowd implements AutoCloseable {

        private static final int KEPT = 300;
        private static final int PATIENCE_MILLIS = 30_000;

        private final int port;
        private final Deque<Socket> sockets = new ArrayDeque<>();

        Crowd(String uri) {
            port = Integer.parseInt(uri.substring(uri.lastIndexOf(':') + 1));
        }

        void connect(byte[] words) throws IOException {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
            sockets.add(socket);
            socket.getOutputStream().write(words);
            if (sockets.size() > KEPT) {
                awaitRejection(sockets.remove());
            }
        }

        /**
         * One that is ended by its own side within the magic of a stream was a source that broke.
         */
        private static void awaitRejection(Socket oldest) throws IOException {
            try (oldest) {
                oldest.setSoTimeout(PATIENCE_MILLIS);
                assertThat(oldest.getInputStream().read()).isEqualTo(-1);
            } catch (SocketException reset) {
                // rejected at once
            }
        }

        @Override
        public void close() throws IOException {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    private void arrives(DaemonProcess destination, String uri, String options) throws Exception {
        DaemonProcess source = daemons.source(GUEST + WORKLOAD + options + " --migrate " + uri);
        source.exits(0);
        destination.exits(0);
        assertThat(destination.said()).contains("Memory is what the guest last wrote");
    }

    private static long linesAboutConnections(DaemonProcess node) throws IOException {
        return node.log().lines().filter(line -> line.contains("tcp:127.0.0.1:")).count();
    }

    @Test
    void thousandsThatAreSilentCostLittle() throws Exception {
        DaemonProcess destination = daemons.destination(GUEST + LISTEN);
        String uri = destination.listening();
        destination.qmp();
        try (Crowd crowd = new Crowd(uri)) {
            for (int i = 0; i < 400; i++) {
                crowd.connect(NOTHING);
            }
            destination.runState();
            long linesBefore = linesAboutConnections(destination);
            ProcessUse before = ProcessUse.of(destination.pid(), 0);
            long start = System.nanoTime();
            for (int i = 0; i < MANY; i++) {
                crowd.connect(NOTHING);
            }
            destination.runState();
            ProcessUse after = ProcessUse.of(destination.pid(), 0);
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start) + 1;
            assertThat(linesAboutConnections(destination) - linesBefore)
                    .as("lines in %d s", seconds)
                    .isLessThanOrEqualTo(seconds + 1);
            assertThat(after.residentBytes() - before.residentBytes())
                    .as("from %s to %s", before, after)
                    .isLessThan(MAX_MORE_BYTES);
            arrives(destination, uri, "--return-path channel");
        }
    }

    /** Opens connections of all kinds while the source connects. */
    @Test
    void theSourceGetsThroughTheCrowd() throws Exception {
        DaemonProcess destination = daemons.destination(GUEST + LISTEN);
        String uri = destination.listening();
        try (Crowd crowd = new Crowd(uri)) {
            for (int i = 0; i < 100; i++) {
                crowd.connect(MAGIC);
                crowd.connect(preamble(i));
                crowd.connect(NOTHING);
            }
            AtomicBoolean over = new AtomicBoolean();
            try (ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor()) {
                Future<?> others =
                        thread.submit(() -> {
                            for (long i = 1000; !over.get(); i++) {
                                crowd.connect(i % 2 == 0 ? MAGIC : preamble(i));
                            }
                            return null;
                        });
                try {
                    arrives(destination, uri, "--return-path channel");
                } finally {
                    over.set(true);
                    endsWithTheListener(others);
                }
            }
        }
    }

    /**
     * A crowd is refused or cut off once the destination does not listen any more, and no way else.
     */
    private static void endsWithTheListener(Future<?> crowd) throws InterruptedException {
        try {
            crowd.get();
        } catch (ExecutionException e) {
            assertThat(e.getCause()).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void theSourceGetsThroughWithFewDescriptors() throws Exception {
        DaemonProcess destination = daemons.destinationOfFew(72, GUEST + LISTEN);
        String uri = destination.listening();
        try (Crowd crowd = new Crowd(uri)) {
            for (int i = 0; i < 200; i++) {
                crowd.connect(i % 3 == 0 ? preamble(i) : NOTHING);
            }
            assertThat(destination.runState()).as("a monitor is there").isEqualTo("inmigrate");
            arrives(destination, uri, "--return-path channel");
        }
    }
}
