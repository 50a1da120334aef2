package io.vmferry.machine.link;

import io.vmferry.machine.net.SocketFamily;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A Netty loop with a transport, and methods that wait for what happens on it. */
final class TestLoop implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(20);

    final LinkedBlockingQueue<Throwable> unexpected = new LinkedBlockingQueue<>();
    final NettyEngineLoop loop;
    final NettyTransport transport;

    TestLoop(boolean epoll) {
        loop =
                new NettyEngineLoop(
                        "test-loop",
                        epoll ? SocketFamily.best() : SocketFamily.NIO,
                        unexpected::add);
        transport = new NettyTransport(loop);
    }

    static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    /** Runs a call on the loop and waits for it. */
    <T> T on(Callable<T> call) {
        try {
            return loop.call(call);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    void run(Runnable task) {
        on(() -> {
            task.run();
            return null;
        });
    }

    /** Waits until all tasks posted so far have run, and those that they have posted. */
    void settle() {
        run(() -> {});
        run(() -> {});
    }

    CompletableFuture<Link> connect(MigrationAddress address) {
        var result = new CompletableFuture<Link>();
        transport.connect(address, result::complete, result::completeExceptionally);
        return result;
    }

    /** Starts to listen and waits for the listener. */
    AddressListener.Listening listen(MigrationAddress address, AddressListener.Acceptor acceptor)
            throws IOException {
        var result = new CompletableFuture<AddressListener.Listening>();
        transport.listen(address, acceptor, result::complete, result::completeExceptionally);
        try {
            return result.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw (IOException) e.getCause();
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    /** Closes a listener and waits until its socket file is removed. */
    void close(AddressListener.Listening listening) {
        var removed = new CompletableFuture<Boolean>();
        run(() -> {
            listening.close();
            transport.whenFilesRemoved(() -> removed.complete(true));
        });
        await(removed);
    }

    /** Connects to a new listener and returns both ends of the connection. */
    Pair pair(MigrationAddress address) throws IOException {
        var accepted = new CompletableFuture<Link>();
        try (var listening = listen(address, accepted::complete)) {
            Link near = await(connect(listening.address()));
            return new Pair(near, await(accepted));
        }
    }

    @Override
    public void close() {
        loop.close();
    }

    record Pair(Link near, Link far) {}
}
