package io.vmferry.lab.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vmferry.lab.process.ChildProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** {@code iperf3} with one stream over loopback: the throughput of TCP on this machine. */
final class Iperf {

    private static final String HOST = "127.0.0.1";
    private static final Pattern LISTENING = Pattern.compile("Server listening.*");

    private Iperf() {}

    /** Bytes per second that arrive when that many bytes are sent. */
    static double bytesPerSecond(BenchContext context, long bytes) throws Exception {
        Path folder = context.folder();
        String port = Integer.toString(freePort());
        List<String> serve = List.of("iperf3", "-s", "-1", "-B", HOST, "-p", port, "--forceflush");
        List<String> send =
                List.of("iperf3", "-c", HOST, "-p", port, "-n", Long.toString(bytes), "-J");
        try (ChildProcess server = ChildProcess.start(folder, "server", serve)) {
            server.awaitLine(LISTENING);
            try (ChildProcess client = ChildProcess.start(folder, "client", send)) {
                int code = client.exitCode();
                if (code != 0) {
                    throw new AssertionError(
                            "iperf3 ended with "
                                    + code
                                    + ":\n"
                                    + client.stdout()
                                    + client.stderr());
                }
                return new ObjectMapper()
                                .readTree(client.stdout())
                                .at("/end/sum_received/bits_per_second")
                                .asDouble()
                        / 8;
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
