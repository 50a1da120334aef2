package io.vmferry.lab.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Nodes;
import io.vmferry.lab.process.QmpClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A migration between two real QEMUs on three connections, all played to our destination. */
class MultifdCaptureIT {

    private static final int CONNECTIONS = 3;
    private static final int RAM_BYTES = 16 << 20;
    private static final String RAM_SHA256 =
            "c3ee188de1f124e13125ec788d6b1292224ab418e38bb8b0c67970695aa601c3";
    private static final Pattern LISTENING = Pattern.compile("listening on tcp:.*:(\\d+)");

    @TempDir Path directory;

    @ParameterizedTest
    @CsvSource({"qemu-11.1-none-16M-multifd, none", "qemu-11.1-none-16M-multifd-zlib, zlib"})
    void ourDestinationLoads(String name, String compression) throws Exception {
        List<byte[]> streams = new ArrayList<>();
        for (int connection = 0; connection < CONNECTIONS; connection++) {
            streams.add(Capture.named(name, connection).toDestination());
        }
        Path monitor = directory.resolve("ours.qmp");
        String options =
                "--machine none --profile qemu-11.1 --memory 16M --capability events --capability multifd --parameter multifd-compression=%s --qmp unix:%s --incoming tcp:127.0.0.1:0"
                        .formatted(compression, monitor);
        try (ChildProcess ours = Nodes.destination(directory, "ours", options.split(" "));
                QmpClient destination = QmpClient.connect(ours, monitor)) {
            Matcher listening = ours.awaitLine(LISTENING);
            play(streams, Integer.parseInt(listening.group(1)));
            destination.awaitMigration("completed");
            Path arrived = destination.saveMemory(directory.resolve("arrived"), RAM_BYTES);
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(arrived));
            assertThat(HexFormat.of().formatHex(digest)).isEqualTo(RAM_SHA256);
        }
    }

    /** Sends all streams at the same time, the main one first, up to their ends. */
    private static void play(List<byte[]> streams, int port) throws Exception {
        try (ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> sent = new ArrayList<>();
            for (byte[] stream : streams) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                sent.add(senders.submit(() -> send(stream, socket)));
            }
            for (Future<?> one : sent) {
                one.get();
            }
        }
    }

    private static Void send(byte[] stream, Socket socket) throws IOException {
        try (socket) {
            socket.getOutputStream().write(stream);
            socket.shutdownOutput();
            InputStream answers = socket.getInputStream();
            answers.transferTo(OutputStream.nullOutputStream());
        }
        return null;
    }
}
