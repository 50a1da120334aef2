package io.vmferry.machine.link;

import static io.vmferry.machine.link.TestLoop.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.vmferry.machine.net.HostResolver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SocketLinkTest {

    private static final MigrationAddress ANY_PORT = new MigrationAddress.Tcp("127.0.0.1", 0);

    @TempDir Path directory;

    static Stream<Arguments> transports() {
        return Stream.of(true, false)
                .flatMap(epoll -> Stream.of("tcp", "unix").map(kind -> Arguments.of(epoll, kind)));
    }

    private MigrationAddress address(String kind) {
        return kind.equals("tcp")
                ? ANY_PORT
                : new MigrationAddress.Unix(directory.resolve("link.sock"));
    }

    @ParameterizedTest
    @MethodSource("transports")
    void carriesEveryByteInOrderAndThenTheEnd(boolean epoll, String kind) throws Exception {
        byte[] sent = new byte[6 << 20];
        new SplittableRandom(7).nextBytes(sent);
        try (var test = new TestLoop(epoll)) {
            var pair = test.pair(address(kind));
            var receiver = new RecordingListener();
            var drained = new CompletableFuture<Void>();
            test.run(() -> {
                pair.far().attach(receiver);
                new Sender(pair.near(), sent, 7, drained).start();
            });

            await(drained);
            test.run(pair.near()::close);
            assertThat(await(receiver.closed)).isEmpty();
            assertThat(Arrays.equals(receiver.bytes.toByteArray(), sent)).as("seed 7").isTrue();
            assertThat(test.unexpected).isEmpty();
        }
    }

    /** In parts of the memory, as many as the kernel makes of it, and the rest in any buffer. */
    @ParameterizedTest
    @MethodSource("transports")
    void readsIntoTheMemoryThatTheListenerNames(boolean epoll, String kind) throws Exception {
        byte[] sent = new byte[3 << 20];
        new SplittableRandom(9).nextBytes(sent);
        ByteBuf memory = Unpooled.directBuffer(2 << 20, 2 << 20);
        try (var test = new TestLoop(epoll)) {
            var pair = test.pair(address(kind));
            var receiver = new PlacingListener(memory, sent.length);
            test.run(() -> {
                pair.far().attach(receiver);
                new Sender(pair.near(), sent, 9, new CompletableFuture<>()).start();
            });

            await(receiver.all);
            assertThat(receiver.elsewhereBytes).as("read elsewhere").isEqualTo(1 << 20);
            assertThat(ByteBufUtil.getBytes(memory, 0, 2 << 20))
                    .isEqualTo(Arrays.copyOf(sent, 2 << 20));
            assertThat(test.unexpected).isEmpty();
        } finally {
            memory.release();
        }
    }

    /** Names the rest of a memory for what comes next; confined to the loop. */
    private static final class PlacingListener implements LinkListener {

        private final ByteBuf memory;
        private final int allBytes;
        private final CompletableFuture<Void> all = new CompletableFuture<>();
        private int receivedBytes;
        private int elsewhereBytes;

        PlacingListener(ByteBuf memory, int allBytes) {
            this.memory = memory;
            this.allBytes = allBytes;
        }

        @Override
        public Optional<ByteBuf> memory() {
            int rest = memory.capacity() - receivedBytes;
            return rest <= 0
                    ? Optional.empty()
                    : Optional.of(memory.retainedSlice(receivedBytes, rest).clear());
        }

        @Override
        public void received(ByteBuf bytes) {
            if (receivedBytes >= memory.capacity()
                    || bytes.memoryAddress() != memory.memoryAddress() + receivedBytes) {
                elsewhereBytes += bytes.readableBytes();
            }
            receivedBytes += bytes.readableBytes();
            if (receivedBytes == allBytes) {
                all.complete(null);
            }
        }

        @Override
        public void closed(Optional<IOException> cause) {}
    }

    @ParameterizedTest
    @MethodSource("transports")
    void holdsWhatCameBeforeSomebodyListens(boolean epoll, String kind) throws Exception {
        try (var test = new TestLoop(epoll)) {
            var pair = test.pair(address(kind));
            test.run(() -> {
                pair.near().write(Unpooled.copiedBuffer("early", UTF_8));
                pair.near().close();
            });
            test.settle();
            var receiver = new RecordingListener();
            test.run(() -> pair.far().attach(receiver));

            assertThat(await(receiver.closed)).isEmpty();
            assertThat(receiver.bytes.toString(UTF_8)).isEqualTo("early");
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void deliversNothingWhileReadingIsOff(boolean epoll, String kind) throws Exception {
        try (var test = new TestLoop(epoll)) {
            var pair = test.pair(address(kind));
            var receiver = new RecordingListener();
            test.run(() -> {
                pair.far().attach(receiver);
                pair.far().reading(false);
                pair.near().write(Unpooled.copiedBuffer("later", UTF_8));
                pair.near().close();
            });
            // The peer's hang-up wakes the transport although reading is off.
            test.settle();
            assertThat(test.on(receiver.bytes::size)).isZero();
            assertThat(receiver.closed).isNotDone();

            test.run(() -> pair.far().reading(true));
            assertThat(await(receiver.closed)).isEmpty();
            assertThat(receiver.bytes.toString(UTF_8)).isEqualTo("later");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aResetIsToldInOneShortLine(boolean epoll) throws Exception {
        try (var test = new TestLoop(epoll);
                var server = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            var connecting =
                    test.connect(new MigrationAddress.Tcp("127.0.0.1", server.getLocalPort()));
            Socket peer = server.accept();
            Link link = await(connecting);
            var listener = new RecordingListener();
            test.run(() -> link.attach(listener));
            peer.setSoLinger(true, 0); // close() sends a reset
            peer.close();
            assertThat(await(listener.closed).orElseThrow()).hasMessage("Connection reset by peer");
            // which has nothing left to reset
            test.run(link::reset);
            test.settle();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anOrderlyEndDoesNotWaitForAPeerThatNeverReads(boolean epoll) throws Exception {
        int sentBytes = 64 << 20;
        long limitNanos = TimeUnit.MILLISECONDS.toNanos(10);
        try (var test = new TestLoop(epoll)) {
            var impatient = new NettyTransport(test.loop, HostResolver.SYSTEM, limitNanos);
            var accepted = new CompletableFuture<Link>();
            var opened = new CompletableFuture<AddressListener.Listening>();
            impatient.listen(
                    ANY_PORT, accepted::complete, opened::complete, opened::completeExceptionally);
            var address = (MigrationAddress.Tcp) await(opened).address();
            try (Socket peer = new Socket(address.host(), address.port())) {
                Link link = await(accepted);
                var later = new CompletableFuture<Void>();
                test.run(() -> {
                    for (int i = 0; i < sentBytes; i += 1 << 20) {
                        link.write(Unpooled.wrappedBuffer(new byte[1 << 20]));
                    }
                    link.flush();
                    link.close();
                    test.loop.schedule(20 * limitNanos, () -> later.complete(null));
                });
                await(later);
                assertThat(readToTheEnd(peer)).isBetween(1L, sentBytes - 1L);
            }
        }
    }

    private static long readToTheEnd(Socket peer) {
        byte[] piece = new byte[1 << 16];
        long total = 0;
        try {
            for (int read; (read = peer.getInputStream().read(piece)) >= 0; ) {
                total += read;
            }
        } catch (IOException e) {
            // a reset ends the connection, too
        }
        return total;
    }

    @Test
    void anAbortDropsOutputAndTellsOurSideNothing() throws Exception {
        try (var test = new TestLoop(true)) {
            var pair = test.pair(ANY_PORT);
            var near = new RecordingListener();
            var far = new RecordingListener();
            var drained = new CompletableFuture<Void>();
            test.run(() -> {
                pair.near().attach(near);
                pair.near().write(Unpooled.wrappedBuffer(new byte[1 << 20]));
                pair.near().abort();
                pair.near().whenDrained(() -> drained.complete(null));
                pair.near().write(Unpooled.wrappedBuffer(new byte[1]));
                pair.far().attach(far);
            });
            assertThat(await(far.closed)).isEmpty();
            test.settle();
            assertThat(far.bytes.size()).isZero();
            assertThat(near.closed).isNotDone();
            assertThat(drained).isNotDone();
            assertThat(test.on(pair.near()::writable)).isFalse();
        }
    }

    @Test
    void aListenerCanPassTheLinkOn() throws Exception {
        try (var test = new TestLoop(true)) {
            var pair = test.pair(ANY_PORT);
            var first = new RecordingListener(1);
            var second = new RecordingListener();
            test.run(() -> {
                pair.far().attach(first);
                pair.near().write(Unpooled.copiedBuffer("1", UTF_8));
                pair.near().flush();
            });
            await(first.enough());
            test.run(() -> {
                pair.far().attach(second);
                pair.near().write(Unpooled.copiedBuffer("2", UTF_8));
                pair.near().close();
            });
            await(second.closed);
            assertThat(first.bytes.toString(UTF_8)).isEqualTo("1");
            assertThat(second.bytes.toString(UTF_8)).isEqualTo("2");
            assertThat(first.closed).isNotDone();
        }
    }
}
