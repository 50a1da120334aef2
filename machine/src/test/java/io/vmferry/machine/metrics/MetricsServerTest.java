package io.vmferry.machine.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.machine.net.HostPort;
import io.vmferry.protocol.status.Side;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MetricsServerTest {

    private static final HostPort ANY = new HostPort("127.0.0.1", 0);
    private static final int PATIENCE_MILLIS = 30_000;

    private volatile boolean broken;
    private MetricsServer server;
    private volatile boolean foreign;
    private volatile boolean ready;

    @BeforeEach
    void start() throws IOException {
        server = MetricsServer.start(ANY, false, Side.SOURCE, null, Runnable::run, this::read);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void read(Readings readings) {
        if (broken) {
            throw new IllegalStateException("broken");
        }
        if (foreign) {
            readings.set(Metric.RECEIVED, 1);
        }
        readings.set(Metric.STATUS, "active", 1);
        readings.set(Metric.STATUS, "failed", 0);
        readings.set(Metric.GUEST_RUNNING, 1);
        readings.set(Metric.READY, ready ? 1 : 0);
    }

    private Socket connect() throws IOException {
        Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), server.address("127.0.0.1").port());
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    /** Sends a request and returns all bytes until the server closes the connection. */
    private String say(String request) throws IOException {
        try (Socket socket = connect()) {
            OutputStream out = socket.getOutputStream();
            out.write(request.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private String get(String path, String headers) throws IOException {
        return say("GET " + path + " HTTP/1.1\r\nHost: here\r\n" + headers + "\r\n");
    }

    @Test
    void servesPrometheus() throws IOException {
        assertThat(get("/metrics?x=1", ""))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("content-type: text/plain; version=0.0.4; charset=utf-8\r\n")
                .contains("vmferry_migration_status{status=\"active\"} 1.0\n")
                .doesNotContain("# EOF");
        assertThat(get("/metrics", "Accept: application/openmetrics-text;version=1.0.0,*/*\r\n"))
                .contains("content-type: application/openmetrics-text;")
                .endsWith("# EOF\n");
    }

    @Test
    void tellsHowTheNodeIs() throws IOException {
        assertThat(get("/healthz", ""))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .endsWith("\r\n\r\n{\"status\":\"active\",\"guest-running\":true}\n");
        broken = true;
        assertThat(get("/healthz", "")).startsWith("HTTP/1.1 503 ");
        assertThat(get("/metrics", "")).startsWith("HTTP/1.1 503 ");
        broken = false;
        assertThat(get("/healthz", "")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void tellsWhetherAMigrationCanBegin() throws IOException {
        assertThat(get("/readyz", ""))
                .startsWith("HTTP/1.1 503 ")
                .contains("content-type: application/json\r\n")
                .endsWith("{\"status\":\"active\",\"guest-running\":true,\"ready\":false}\n");
        ready = true;
        assertThat(get("/readyz", ""))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .endsWith("{\"status\":\"active\",\"guest-running\":true,\"ready\":true}\n");
        broken = true;
        assertThat(get("/readyz", "")).startsWith("HTTP/1.1 503 ");
    }

    @Test
    void refusesWhatItDoesNotHave() throws IOException {
        assertThat(get("/", "")).startsWith("HTTP/1.1 404 ");
        assertThat(get("/%", "")).startsWith("HTTP/1.1 400 ").endsWith("Not a path\n");
        assertThat(get("/metrics%zz", "")).startsWith("HTTP/1.1 400 ");
        assertThat(say("POST /metrics HTTP/1.1\r\nContent-Length: 2\r\n\r\nab"))
                .startsWith("HTTP/1.1 405 ");
        assertThat(say("HEAD /metrics HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ")
                .endsWith("\r\n\r\n");
        assertThat(say("QEVM garbage\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(say("GET /" + "a".repeat(5000) + " HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ");
    }

    @Test
    void aPathWithWrongEscapesGetsAResponse() throws IOException {
        assertThat(get("/%zz", "")).startsWith("HTTP/1.1 400 ").endsWith("Not a path\n");
        assertThat(get("/metrics%", "")).startsWith("HTTP/1.1 400 ");
        assertThat(get("/m%65trics", "")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void aPictureThatCannotBeShownIsNotTakenForASilentEngine() throws IOException {
        foreign = true;
        assertThat(get("/metrics", ""))
                .startsWith("HTTP/1.1 500 ")
                .endsWith("Internal error, the log says more\n");
        assertThat(get("/healthz", "")).startsWith("HTTP/1.1 200 ");
        broken = true;
        assertThat(get("/metrics", ""))
                .startsWith("HTTP/1.1 503 ")
                .endsWith("The engine could not be read, the log says more\n");
    }

    @Test
    void halfRequestsKeepNobodyFromItsScrape() throws IOException {
        List<Socket> half = new ArrayList<>();
        try {
            for (int i = 0; i < 600; i++) {
                Socket socket = connect();
                socket.getOutputStream().write("GET /metr".getBytes(StandardCharsets.US_ASCII));
                half.add(socket);
            }
            assertThat(get("/metrics", "")).startsWith("HTTP/1.1 200 ");
        } finally {
            for (Socket socket : half) {
                socket.close();
            }
        }
    }

    @Test
    void admitsNoMoreClientsThanItCanServe() throws IOException {
        List<Socket> idle = new ArrayList<>();
        try {
            for (int i = 0; i < MetricsServer.MAX_CLIENTS; i++) {
                idle.add(connect());
            }
            try (Socket late = connect()) {
                assertThat(late.isConnected()).isTrue();
                assertThat(idle.getFirst().getInputStream().read()).as("the oldest").isEqualTo(-1);
            }
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
        }
    }

    @Test
    void wantsToBeAskedBeforeOthersCanReachIt() {
        Executor loop = Runnable::run;
        assertThatThrownBy(() ->
                        MetricsServer.start(
                                new HostPort("0.0.0.0", 0),
                                false,
                                Side.SOURCE,
                                null,
                                loop,
                                this::read))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "Cannot serve metrics at 0.0.0.0:0: other machines could reach it;"
                                + " --metrics-remote allows it");
        HostPort taken = server.address("127.0.0.1");
        assertThatThrownBy(() ->
                        MetricsServer.start(taken, false, Side.SOURCE, null, loop, this::read))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("Cannot serve metrics at " + taken + ": ");
    }
}
