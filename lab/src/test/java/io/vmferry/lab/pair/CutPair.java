package io.vmferry.lab.pair;

import com.fasterxml.jackson.databind.JsonNode;
import io.vmferry.lab.process.QmpClient;
import java.io.IOException;
import java.time.Duration;

/**
 * A postcopy whose channels go through a proxy that cuts them, and the commands that bring it back;
 * either side may be a real QEMU.
 */
public final class CutPair implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final QmpClient source;
    private final QmpClient destination;
    private final CutProxy proxy;

    /**
     * @param listening where the destination listens
     */
    public CutPair(QmpClient source, QmpClient destination, String listening) throws IOException {
        this.source = source;
        this.destination = destination;
        this.proxy = new CutProxy(listening);
    }

    public CutProxy proxy() {
        return proxy;
    }

    /** Migrates at so many bytes per second, until the guest runs at the destination. */
    public void startPostcopy(long bytesPerSecond) throws InterruptedException {
        limit("max-bandwidth", bytesPerSecond);
        limit("max-postcopy-bandwidth", bytesPerSecond);
        source.execute("migrate", "{\"uri\": \"" + proxy.uri() + "\"}");
        source.awaitMigration("active");
        source.execute("migrate-start-postcopy");
        source.awaitMigration("postcopy-active");
        destination.awaitMigration("postcopy-active");
    }

    /** Sets a parameter of the source. */
    public void limit(String parameter, long value) throws InterruptedException {
        source.execute("migrate-set-parameters", "{\"%s\": %d}".formatted(parameter, value));
    }

    /** Cuts after {@code bytes} more bytes and waits until both sides are paused. */
    public void cutAfter(long bytes) throws InterruptedException {
        source.forgetEvents();
        destination.forgetEvents();
        proxy.cutAfter(bytes);
        awaitPaused();
    }

    /** Waits for a pause whose event was not received before. */
    public void awaitPaused() throws InterruptedException {
        source.awaitMigration("postcopy-paused");
        awaitStatus(destination, "postcopy-paused");
    }

    /**
     * Listens on a new address and resumes; the new channels are cut after {@code bytes} bytes.
     *
     * @param address where the destination is to listen
     */
    public void resume(String address, long bytes) throws InterruptedException {
        proxy.target(listen(address));
        proxy.cutAfter(bytes);
        source.forgetEvents();
        destination.forgetEvents();
        resumeTo(proxy.uri());
    }

    /** Recovers without a cut, until both sides are active. */
    public void recover(String address) throws InterruptedException {
        resume(address, Long.MAX_VALUE);
        source.awaitMigration("postcopy-active");
        destination.awaitMigration("postcopy-active");
    }

    /** {@code migrate} with {@code resume}, to any address. */
    public void resumeTo(String address) throws InterruptedException {
        source.execute("migrate", "{\"uri\": \"%s\", \"resume\": true}".formatted(address));
    }

    /** {@code migrate-recover}; returns where the destination listens now. */
    public String listen(String address) throws InterruptedException {
        String arguments = "{\"uri\": \"" + address + "\"}";
        // what a cut has left in the sockets may still be a recovery for a moment
        JsonNode reply;
        long end = System.nanoTime() + PATIENCE.toNanos();
        do {
            awaitStatus(destination, "postcopy-paused");
            reply = destination.send("migrate-recover", arguments);
        } while (!reply.has("return") && System.nanoTime() < end);
        if (!reply.has("return")) {
            throw new AssertionError("migrate-recover " + arguments + ": " + reply);
        }
        if (address.startsWith("unix:")) {
            return address;
        }
        JsonNode bound = destination.execute("query-migrate").path("socket-address").path(0);
        return "tcp:%s:%s".formatted(bound.path("host").asText(), bound.path("port").asText());
    }

    /** Removes the limit and waits for completion on both sides. */
    public void complete() throws InterruptedException {
        limit("max-postcopy-bandwidth", 0);
        source.awaitMigration("completed");
        destination.awaitMigration("completed");
    }

    /** Waits for a status by polling, since its event may have been forgotten. */
    public static void awaitStatus(QmpClient side, String wanted) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        String status;
        do {
            status = side.execute("query-migrate").path("status").asText();
            if (System.nanoTime() > end) {
                throw new AssertionError("Expected status " + wanted + ", it is " + status);
            }
        } while (!status.equals(wanted));
    }

    @Override
    public void close() throws IOException {
        proxy.close();
    }
}
