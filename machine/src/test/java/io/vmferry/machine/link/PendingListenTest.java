package io.vmferry.machine.link;

import static io.vmferry.machine.link.TestLoop.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.vmferry.machine.net.HostResolver;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Listening while name resolution or file access is slow: the loop is not blocked, and a late
 * result is ignored.
 */
@Timeout(60)
class PendingListenTest {

    private static final MigrationAddress NAMED = new MigrationAddress.Tcp("slow.example", 0);

    @TempDir Path directory;

    private final TestLoop test = new TestLoop(true);
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch answer = new CountDownLatch(1);
    private final CompletableFuture<AddressListener.Listening> result = new CompletableFuture<>();

    @AfterEach
    void closeLoop() {
        answer.countDown();
        test.close();
    }

    private List<InetAddress> resolve(String host) throws IOException {
        asked.countDown();
        try {
            answer.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        return List.of(InetAddress.getLoopbackAddress());
    }

    private Cancellable listen(HostResolver resolver, long limitNanos) {
        var slow = new NettyTransport(test.loop, resolver, limitNanos);
        return test.on(() ->
                slow.listen(NAMED, link -> {}, result::complete, result::completeExceptionally));
    }

    @Test
    void theLoopGoesOnWhileANameIsResolved() throws Exception {
        listen(this::resolve, TimeUnit.MINUTES.toNanos(1));
        asked.await();
        test.run(() -> assertThat(result).isNotDone());
        answer.countDown();
        var listening = await(result);
        assertThat(((MigrationAddress.Tcp) listening.address()).host()).isEqualTo("127.0.0.1");
        listening.close();
    }

    @Test
    void anAnswerAfterTheCancellationBindsNothing() throws Exception {
        var pending = listen(this::resolve, TimeUnit.MINUTES.toNanos(1));
        asked.await();
        pending.cancel();
        answer.countDown();
        test.settle();
        assertThat(result).isNotDone();
    }

    @Test
    void aResolverThatNeverAnswersIsGivenUp() {
        listen(this::resolve, 1);
        assertThat(result.handle((open, e) -> e).orTimeout(20, TimeUnit.SECONDS).join())
                .hasMessage("Failed to bind socket: Timed out after 0 s");
    }

    @Test
    void aBugInTheResolverIsReportedAndFailsTheListening() {
        var bug = new AssertionError("a bug");
        listen(
                host -> {
                    throw bug;
                },
                TimeUnit.MINUTES.toNanos(1));
        assertThat(result.handle((open, e) -> e).orTimeout(20, TimeUnit.SECONDS).join())
                .hasMessageContaining("Internal error: java.lang.AssertionError: a bug");
        test.settle();
        assertThat(test.unexpected).containsExactly(bug);
    }

    @Test
    void resolversThatHangAreOnlySoMany() {
        var slow = new NettyTransport(test.loop, this::resolve, TimeUnit.MINUTES.toNanos(1));
        List<Cancellable> hanging = new ArrayList<>();
        for (int i = 0; i < BlockingWork.LIMIT; i++) {
            hanging.add(
                    slow.connect(
                            NAMED,
                            link -> {},
                            e -> {
                                throw new AssertionError(e);
                            }));
        }
        test.settle();
        slow.listen(NAMED, link -> {}, result::complete, result::completeExceptionally);
        assertThat(result.handle((open, e) -> e).orTimeout(20, TimeUnit.SECONDS).join())
                .hasMessageContaining("16 tasks of kind 'transport' run already");
        hanging.forEach(Cancellable::cancel);
    }

    /** Removing the first listener's socket file must not remove the second one's. */
    @Test
    void aPathCanBeListenedOnInTheTurnInWhichItsListenerCloses() throws Exception {
        Path path = directory.resolve("again.sock");
        var address = new MigrationAddress.Unix(path);
        var transport =
                new NettyTransport(test.loop, HostResolver.SYSTEM, TimeUnit.MINUTES.toNanos(1));
        var first = new CompletableFuture<AddressListener.Listening>();
        transport.listen(address, link -> {}, first::complete, first::completeExceptionally);
        AddressListener.Listening listening = await(first);
        test.run(() -> {
            listening.close();
            transport.listen(address, link -> {}, result::complete, result::completeExceptionally);
            // no file is accessed within the loop's turn
            assertThat(result).isNotDone();
        });
        AddressListener.Listening again = await(result);
        assertThat(path).exists();
        var connected = new CompletableFuture<Link>();
        transport.connect(address, connected::complete, connected::completeExceptionally);
        await(connected);

        var removed = new CompletableFuture<Boolean>();
        test.run(() -> {
            again.close();
            transport.whenFilesRemoved(() -> removed.complete(true));
        });
        await(removed);
        assertThat(path).doesNotExist();
    }

    @Test
    void anAddressWrittenOutIsBoundWithinTheCall() {
        var open = new ArrayList<AddressListener.Listening>();
        test.run(() -> {
            test.transport.listen(
                    new MigrationAddress.Tcp("127.0.0.1", 0),
                    link -> {},
                    open::add,
                    result::completeExceptionally);
            assertThat(open).hasSize(1);
        });
        open.forEach(AddressListener.Listening::close);
    }

    /** A connection to a FIFO is refused with the same error as to a socket without listener. */
    @Test
    void onlyASocketIsRemovedToMakeRoomForOne() throws Exception {
        Path fifo = directory.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
        test.transport.listen(
                new MigrationAddress.Unix(fifo),
                link -> {},
                result::complete,
                result::completeExceptionally);
        assertThat(result.handle((open, e) -> e).orTimeout(20, TimeUnit.SECONDS).join())
                .hasMessageContaining("Address already in use");
        assertThat(Files.exists(fifo)).isTrue();
    }

    @Test
    void aFifoIsNoMigrationFile() throws Exception {
        Path fifo = directory.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
        var address = new MigrationAddress.File(fifo, 0);
        assertThat(
                        test.connect(address)
                                .handle((link, e) -> e)
                                .orTimeout(20, TimeUnit.SECONDS)
                                .join())
                .hasMessage(
                        "Could not create '%s': It is a FIFO, which may block for ever: a file is expected"
                                .formatted(fifo));
        test.transport.listen(address, link -> {}, result::complete, result::completeExceptionally);
        assertThat(result.handle((open, e) -> e).orTimeout(20, TimeUnit.SECONDS).join())
                .hasMessage("Could not open '%s': Not a regular file".formatted(fifo));
        assertThat(Files.exists(fifo)).isTrue();
    }

    @Test
    void anErrorOfACallOnTheLoopReachesTheCaller() {
        var error = new AssertionError("an error");
        assertThat(
                        catchThrowable(() ->
                                test.loop.call(() -> {
                                    throw error;
                                })))
                .isSameAs(error);
    }

    @Test
    void aCallToAClosedLoopIsRefusedRatherThanWaitedFor() {
        test.loop.close();
        assertThat(catchThrowable(() -> test.loop.call(() -> null)))
                .isInstanceOf(RejectedExecutionException.class);
    }
}
