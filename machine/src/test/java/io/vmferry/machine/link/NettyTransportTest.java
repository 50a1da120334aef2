package io.vmferry.machine.link;

import static io.vmferry.machine.link.TestLoop.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmferry.machine.net.SocketFamily;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NettyTransportTest {

    @TempDir Path directory;

    private final List<TestLoop> loops = new ArrayList<>();

    private TestLoop loop(boolean epoll) {
        var test = new TestLoop(epoll);
        loops.add(test);
        return test;
    }

    @AfterEach
    void closeLoops() {
        loops.forEach(TestLoop::close);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void saysWhichPortIsInUse(boolean epoll) throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            var address = new MigrationAddress.Tcp("127.0.0.1", taken.getLocalPort());
            TestLoop test = loop(epoll);
            assertThatThrownBy(() -> test.listen(address, link -> {}))
                    .isInstanceOf(IOException.class)
                    .hasMessage("Failed to find an available port: Address already in use");
        }
    }

    /** Netty only logs an exception that a callback for a failed connection throws. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoeverOwnsTheLoopHearsWhatTheHandlerOfAFailureThrows(boolean epoll) throws Exception {
        TestLoop test = loop(epoll);
        var bug = new IllegalStateException("thrown by the test");
        test.transport.connect(
                new MigrationAddress.Unix(directory.resolve("nobody")),
                link -> {},
                failure -> {
                    throw bug;
                });
        assertThat(test.unexpected.poll(TestLoop.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isSameAs(bug);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void saysWhoRefused(boolean epoll) throws Exception {
        int free;
        try (var closed = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            free = closed.getLocalPort();
        }
        TestLoop test = loop(epoll);
        var tcp = new MigrationAddress.Tcp("127.0.0.1", free);
        assertThat(failure(test.connect(tcp)))
                .hasMessage("Failed to connect to '127.0.0.1:" + free + "': Connection refused");

        var unix = new MigrationAddress.Unix(directory.resolve("nobody.sock"));
        assertThat(failure(test.connect(unix)))
                .hasMessage(
                        "Failed to connect to '" + unix.path() + "': No such file or directory");
    }

    /** Names are free again when nobody listens any more, and need no file. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aUnixSocketMayBeNoFile(boolean tight) throws Exception {
        TestLoop test = loop(true);
        assumeTrue(test.loop.family() == SocketFamily.EPOLL, "needs epoll");
        String name = "vmferry-" + ProcessHandle.current().pid() + directory.getFileName();
        var address = new MigrationAddress.AbstractUnix(name, tight);
        assertThatThrownBy(() -> test.connect(address).get())
                .cause()
                .hasMessage("Failed to connect to '%s': Connection refused", name);
        var accepted = new CompletableFuture<Link>();
        try (var _ = test.listen(address, accepted::complete)) {
            assertThatThrownBy(() -> test.listen(address, link -> {}))
                    .hasMessage("Failed to bind socket to %s: Address already in use", name);
            var other = new MigrationAddress.AbstractUnix(name, !tight);
            assertThatThrownBy(() -> test.connect(other).get())
                    .cause()
                    .hasMessage("Failed to connect to '%s': Connection refused", name);
            Link near = await(test.connect(address));
            Link far = await(accepted);
            test.run(near::close);
            test.run(far::close);
        }
        try (var _ = test.listen(address, link -> {})) {
            assertThat(Path.of(name)).doesNotExist();
        }
    }

    @Test
    void aNameForWhichAnAddressHasNoRoomIsRefused() {
        TestLoop test = loop(true);
        assumeTrue(test.loop.family() == SocketFamily.EPOLL, "needs epoll");
        var longest = new MigrationAddress.AbstractUnix("x".repeat(107), true);
        assertThatThrownBy(() -> test.connect(longest).get())
                .cause()
                .hasMessageEndingWith("Connection refused");
        String name = "x".repeat(108);
        var address = new MigrationAddress.AbstractUnix(name, true);
        String message = "UNIX socket path '%s' is too long".formatted(name);
        assertThatThrownBy(() -> test.connect(address).get()).cause().hasMessage(message);
        assertThatThrownBy(() -> test.listen(address, link -> {})).hasMessage(message);
    }

    @Test
    void replacesTheSocketFileOfADeadListenerOnly() throws Exception {
        TestLoop test = loop(true);
        var address = new MigrationAddress.Unix(directory.resolve("s"));
        var alive = test.listen(address, link -> {});
        assertThatThrownBy(() -> test.listen(address, link -> {}))
                .hasMessage(
                        "Failed to bind socket to " + address.path() + ": Address already in use");

        Files.move(address.path(), directory.resolve("kept"));
        test.close(alive);
        Files.move(directory.resolve("kept"), address.path());
        test.close(test.listen(address, link -> {}));
        assertThat(address.path()).doesNotExist();

        Files.writeString(address.path(), "a file of the user");
        assertThatThrownBy(() -> test.listen(address, link -> {}))
                .hasMessage(
                        "Failed to bind socket to " + address.path() + ": Address already in use");
        assertThat(address.path()).hasContent("a file of the user");
    }

    /** A connection to a pipe or device is refused with the same error as to a stale socket. */
    @Test
    void keepsAPipeOfTheUser() throws Exception {
        TestLoop test = loop(true);
        Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        assertThatThrownBy(() -> test.listen(new MigrationAddress.Unix(pipe), link -> {}))
                .hasMessage("Failed to bind socket to " + pipe + ": Address already in use");
        assertThat(pipe).exists();
    }

    @Test
    void listensByNameAndNamesThePortItGot() throws Exception {
        TestLoop test = loop(true);
        var accepted = new CompletableFuture<Link>();
        var listening = test.listen(new MigrationAddress.Tcp("localhost", 0), accepted::complete);
        Link near = await(test.connect(listening.address()));
        assertThat(near.peer()).isEqualTo(listening.address().toString());
        assertThat(await(accepted).peer()).startsWith("tcp:127.0.0.1:");
    }

    @Test
    void aCancelledAttemptIsNeverHeardOfAgain() throws Exception {
        TestLoop test = loop(true);
        try (var listening = test.listen(new MigrationAddress.Tcp("127.0.0.1", 0), link -> {})) {
            var heard = new CompletableFuture<Link>();
            var later = new CompletableFuture<Link>();
            test.run(() -> {
                test.transport
                        .connect(listening.address(), heard::complete, heard::completeExceptionally)
                        .cancel();
                test.transport.connect(
                        listening.address(), later::complete, later::completeExceptionally);
            });
            await(later);
            test.settle();
            assertThat(heard).isNotDone();
        }
    }

    @Test
    void givesUpWhenNobodyAnswersInTime() {
        TestLoop test = loop(true);
        var end = new CompletableFuture<List<InetAddress>>();
        var impatient = new NettyTransport(test.loop, host -> end.join(), 1);
        var result = new CompletableFuture<Link>();
        impatient.connect(
                new MigrationAddress.Tcp("silent.example", 1),
                result::complete,
                result::completeExceptionally);
        assertThat(failure(result)).hasMessageContaining("Timed out after");
        end.complete(List.of());
    }

    @Test
    void anExceptionOfATaskIsReportedAndTheLoopGoesOn() {
        TestLoop test = loop(true);
        var bug = new IllegalStateException("a bug");
        test.loop.execute(() -> {
            throw bug;
        });
        test.settle();
        assertThat(test.unexpected).containsExactly(bug);
    }

    @Test
    void aTimerRunsWhenItsTimeHasComeUnlessCancelled() {
        TestLoop test = loop(true);
        var ran = new ArrayList<Long>();
        var last = new CompletableFuture<Void>();
        long delayNanos = 2_000_000;
        long start =
                test.on(() -> {
                    long now = test.loop.nanoTime();
                    test.loop.schedule(delayNanos, () -> ran.add(0L)).cancel();
                    test.loop.schedule(
                            delayNanos,
                            () -> {
                                ran.add(test.loop.nanoTime());
                                last.complete(null);
                            });
                    return now;
                });
        await(last);
        assertThat(ran).hasSize(1);
        assertThat(ran.getFirst() - start).isGreaterThanOrEqualTo(delayNanos);
    }

    private static Throwable failure(CompletableFuture<Link> attempt) {
        return attempt.handle((link, thrown) -> thrown)
                .orTimeout(TestLoop.PATIENCE.toSeconds(), java.util.concurrent.TimeUnit.SECONDS)
                .join();
    }
}
