package io.vmferry.machine.objects;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.machine.metrics.MetricsServer;
import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.machine.monitor.MonitorAddress;
import io.vmferry.machine.monitor.MonitorServer;
import io.vmferry.machine.net.HostPort;
import io.vmferry.machine.tls.CredentialsException;
import io.vmferry.machine.tls.TestAuthority;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.status.Side;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The monitor and the metrics port with TLS. */
@Timeout(60)
class SecureServersTest {

    @TempDir Path directory;
    private final ObjectStore objects = new ObjectStore(Profile.DEFAULT, false);

    @BeforeEach
    void credentials() throws Exception {
        Path good = TestAuthority.goodFolder(directory);
        for (String more : List.of("'id':'tls0','verify-peer':false", "'id':'strict'")) {
            objects.add(
                    (ObjectNode)
                            new ObjectMapper()
                                    .readTree(
                                            "{'qom-type':'tls-creds-x509','endpoint':'server','dir':'%s',%s}"
                                                    .formatted(good, more)
                                                    .replace('\'', '"')));
        }
    }

    private static Socket secure(int port) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                null,
                new TrustManager[] {
                    new X509TrustManager() {
                        @Override
                        public void checkClientTrusted(X509Certificate[] chain, String type) {}

                        @Override
                        public void checkServerTrusted(X509Certificate[] chain, String type) {}

                        @Override
                        public X509Certificate[] getAcceptedIssuers() {
                            return new X509Certificate[0];
                        }
                    }
                },
                null);
        return context.getSocketFactory().createSocket("127.0.0.1", port);
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
    }

    private MonitorServer monitor() {
        return new MonitorServer(
                CommandTable.builder(Profile.DEFAULT).build(), Runnable::run, Clock.systemUTC());
    }

    private int open(MonitorServer server, String credentials) throws Exception {
        MonitorAddress address = MonitorAddress.parse("tcp:127.0.0.1:0,tls-creds=" + credentials);
        var bound =
                (MonitorAddress.SecureMonitor)
                        server.listen(
                                address,
                                false,
                                Optional.of(objects.server(credentials, Optional.empty())));
        server.serve();
        return bound.port().port();
    }

    @Test
    void aMonitorGreetsWhoeverBeginsASession() throws Exception {
        try (MonitorServer server = monitor();
                Socket client = secure(open(server, "tls0"))) {
            BufferedReader replies = reader(client);
            assertThat(replies.readLine()).contains("QMP");
            client.getOutputStream().write("{\"execute\":\"qmp_capabilities\"}\n".getBytes(UTF_8));
            assertThat(replies.readLine()).isEqualTo("{\"return\": {}}");
        }
    }

    @Test
    void aMonitorSaysNothingToAPlainClientNorToOneWithoutACertificate() throws Exception {
        try (MonitorServer server = monitor()) {
            int port = open(server, "strict");
            try (Socket plain = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
                plain.getOutputStream()
                        .write("{\"execute\":\"qmp_capabilities\"}\n".getBytes(UTF_8));
                assertThat(new String(plain.getInputStream().readAllBytes(), UTF_8))
                        .doesNotContain("QMP");
            }
            try (Socket anonymous = secure(port)) {
                assertThatThrownBy(
                                () -> {
                                    String line = reader(anonymous).readLine();
                                    if (line == null) {
                                        throw new IOException("closed");
                                    }
                                })
                        .isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void metricsAreServedByHttps() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            port = free.getLocalPort();
        }
        try (MetricsServer server =
                        MetricsServer.start(
                                new HostPort("127.0.0.1", port),
                                false,
                                Optional.of(objects.server("tls0", Optional.empty())),
                                Side.SOURCE,
                                null,
                                Runnable::run,
                                readings -> {});
                Socket client = secure(port)) {
            client.getOutputStream()
                    .write("GET /healthz HTTP/1.1\r\nHost: here\r\n\r\n".getBytes(UTF_8));
            assertThat(reader(client).readLine()).startsWith("HTTP/1.1 200");
            assertThat(server).isNotNull();
        }
    }

    @Test
    void aServerNeedsTheCredentialsOfOne() {
        assertThatThrownBy(() -> objects.server("nobody", Optional.empty()))
                .isInstanceOf(CredentialsException.class)
                .hasMessage("No TLS credentials with id 'nobody'");
    }
}
