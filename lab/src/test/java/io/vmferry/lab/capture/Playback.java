package io.vmferry.lab.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.lab.process.QmpClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Plays a capture's source to a destination of ours, every event in its order. */
final class Playback implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 60_000;
    private static final int PAGE_BYTES = 4096;

    private final Capture capture;
    private final QmpClient monitor;
    private final Path directory;
    private final Socket socket;
    private final ByteArrayOutputStream cameBack = new ByteArrayOutputStream();
    private final Map<Long, CompletableFuture<byte[]>> looks = new HashMap<>();
    private int sent;

    /**
     * @param monitor of the destination
     * @param port where it listens on loopback
     */
    Playback(Capture capture, QmpClient monitor, int port, Path directory) throws IOException {
        this.capture = capture;
        this.monitor = monitor;
        this.directory = directory;
        this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MILLIS);
    }

    /** Plays everything up to the end or the cut. */
    void play() throws Exception {
        for (Capture.Action step : capture.steps()) {
            switch (step) {
                case Capture.Action.Sent(int bytes) -> {
                    socket.getOutputStream().write(capture.toDestination(), sent, bytes);
                    sent += bytes;
                }
                case Capture.Action.CameBack(int total) -> await(total);
                case Capture.Action.Runs _ -> monitor.awaitMigration("postcopy-active");
                case Capture.Action.Touched(long address) -> looks.put(address, look(address));
                case Capture.Action.Read(long address, String content) ->
                        assertThat(
                                        Objects.requireNonNull(looks.get(address))
                                                .get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS))
                                .as("page at 0x%x", address)
                                .startsWith(HexFormat.of().parseHex(content));
            }
        }
        assertThat(sent).as("bytes played").isEqualTo(capture.toDestination().length);
    }

    /** All that came back until the destination closed the connection. */
    byte[] rest() throws IOException {
        socket.getInputStream().transferTo(cameBack);
        return cameBack.toByteArray();
    }

    /** Cuts the connection, and returns what had come back until then. */
    byte[] cut() throws IOException {
        socket.close();
        return cameBack.toByteArray();
    }

    private void await(int totalBytes) throws IOException {
        byte[] more = socket.getInputStream().readNBytes(totalBytes - cameBack.size());
        cameBack.write(more);
        assertThat(cameBack.size()).as("bytes that came back").isEqualTo(totalBytes);
    }

    private CompletableFuture<byte[]> look(long address) {
        Path page = directory.resolve("page-" + address);
        return CompletableFuture.supplyAsync(() -> {
            try {
                monitor.execute(
                        "pmemsave",
                        "{\"val\": %d, \"size\": %d, \"filename\": \"%s\"}"
                                .formatted(address, PAGE_BYTES, page));
                return Arrays.copyOf(Files.readAllBytes(page), PAGE_BYTES);
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
