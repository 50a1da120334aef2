package io.vmferry.tools.qmp;

import io.vmferry.machine.monitor.MonitorAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A server on a port of its own that does what a test says with its one client. */
public final class ScriptedMonitor implements AutoCloseable {

    /** A greeting that offers out-of-band commands. */
    public static final String GREETING =
            "{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 0, \"minor\": 2, \"major\": 7},"
                    + " \"package\": \"\"}, \"capabilities\": [\"oob\"]}}\r\n";

    /** What the server does. */
    @FunctionalInterface
    public interface Script {
        void run(Peer peer) throws IOException;
    }

    /** The client as the server sees it. */
    public static final class Peer {
        private final Socket socket;
        private final BufferedReader lines;

        private Peer(Socket socket) throws IOException {
            this.socket = socket;
            this.lines =
                    new BufferedReader(
                            new java.io.InputStreamReader(
                                    socket.getInputStream(), StandardCharsets.UTF_8));
        }

        /** The next line; null at the end. */
        public String read() throws IOException {
            return lines.readLine();
        }

        /** Sends text as it is. */
        public void send(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        }

        /** Reads a command and replies to it with its id. */
        public String reply(String member) throws IOException {
            String command = read();
            String id = command.replaceAll(".*\"id\": (\\d+).*", "$1");
            send("{%s, \"id\": %s}\r\n".formatted(member, id));
            return command;
        }
    }

    private final ServerSocket server;
    private final Thread playing;

    /** A server that plays its script for the first client and then closes the connection. */
    public ScriptedMonitor(Script script) throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        playing =
                Thread.ofVirtual()
                        .start(() -> {
                            try (Socket socket = server.accept()) {
                                script.run(new Peer(socket));
                            } catch (IOException e) {
                                // the client has gone, which is for the test to judge
                            }
                        });
    }

    /** Where it listens. */
    public MonitorAddress address() {
        return new MonitorAddress.TcpMonitor("127.0.0.1", server.getLocalPort());
    }

    /** Waits until the script has noted all that its client has said, which has to be closed. */
    @Override
    public void close() throws IOException {
        server.close();
        try {
            playing.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
