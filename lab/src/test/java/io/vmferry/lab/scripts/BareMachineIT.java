package io.vmferry.lab.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.vmferry.lab.scripts.BareCheckout.Ended;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine without Java and Maven: both are brought into folders of their own, or refused. */
class BareMachineIT {

    private static final String NEED_JAVA = "need_java; printf '%s' \"$java_home\"";

    @TempDir Path place;

    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private HttpServer server;
    private BareCheckout checkout;
    private byte[] served = new byte[0];

    @BeforeEach
    void serve() throws IOException {
        checkout = new BareCheckout(place);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    requests.add(exchange.getRequestURI().getPath());
                    boolean found = exchange.getRequestURI().getPath().endsWith(".tar.gz");
                    exchange.sendResponseHeaders(found ? 200 : 404, found ? served.length : -1);
                    if (found) {
                        exchange.getResponseBody().write(served);
                    }
                    exchange.close();
                });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    private Map<String, String> jdkAt(String path, String sum) {
        return Map.of("VMFERRY_JDK_URL", address() + path, "VMFERRY_JDK_SHA256", sum);
    }

    @Test
    void aJdkIsDownloadedOnceAfterASentence() throws Exception {
        served = Files.readAllBytes(checkout.packed(checkout.jdk("jdk-25", 25)));
        Map<String, String> variables = jdkAt("/jdk.tar.gz", sha256(served));
        Ended first = checkout.run(NEED_JAVA, variables);
        assertThat(first.stderr())
                .hasLineCount(1)
                .contains("No JDK 25", "Downloading jdk.tar.gz into", ".jdk, once");
        assertThat(first.exitCode()).isZero();
        assertThat(first.stdout()).isEqualTo(checkout.root().resolve(".jdk").toString());
        assertThat(checkout.root().resolve(".jdk/bin/javac")).isExecutable();
        assertThat(checkout.root().resolve(".jdk.work")).doesNotExist();

        Ended second = checkout.run(NEED_JAVA, variables);
        assertThat(second.stderr()).isEmpty();
        assertThat(requests).hasSize(1);
    }

    @Test
    void whatHasAnotherChecksumIsNotUnpacked() throws Exception {
        served = Files.readAllBytes(checkout.packed(checkout.jdk("jdk-25", 25)));
        String expected = sha256(new byte[1]);
        Ended ended = checkout.run(NEED_JAVA, jdkAt("/jdk.tar.gz", expected));
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.stderr())
                .contains(sha256(served), "expected " + expected, "nothing was unpacked");
        assertThat(checkout.root().resolve(".jdk")).doesNotExist();
        assertThat(checkout.root().resolve(".jdk.work")).doesNotExist();
    }

    @Test
    void aDownloadThatIsNotThereSaysWhatToDo() throws Exception {
        Ended ended = checkout.run(NEED_JAVA, jdkAt("/gone", sha256(new byte[1])));
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.stderr())
                .contains("Cannot download " + address() + "/gone", "install a JDK 25");
    }

    @Test
    void anArchiveOfAnOlderJdkIsRefused() throws Exception {
        served = Files.readAllBytes(checkout.packed(checkout.jdk("jdk-17", 17)));
        Ended ended = checkout.run(NEED_JAVA, jdkAt("/jdk.tar.gz", sha256(served)));
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.stderr()).contains("is a JDK 17, and vmferry needs 25 or newer");
    }

    @Test
    void aJavaHomeThatWillNotDoIsNamedOnce() throws Exception {
        Path good = checkout.jdk("checkout/.jdk", 25);
        Path old = checkout.jdk("jdk-17", 17);
        assertThat(checkout.run(NEED_JAVA, Map.of("JAVA_HOME", old.toString())).stderr())
                .isEqualTo(
                        "JAVA_HOME=%s is a JDK 17, and vmferry needs 25 or newer; using %s%n"
                                .formatted(old, good));
        Ended inAnotherScript =
                checkout.run(
                        NEED_JAVA,
                        Map.of("JAVA_HOME", old.toString(), "VMFERRY_PASSED_OVER", old.toString()));
        assertThat(inAnotherScript.stderr()).isEmpty();
        assertThat(checkout.run(NEED_JAVA, Map.of("JAVA_HOME", "/nowhere")).stderr())
                .isEqualTo("JAVA_HOME=/nowhere is no folder; using " + good + "\n");
    }

    @Test
    void theWrapperBringsMavenWhereThePathHasAnOldOne() throws Exception {
        checkout.jdk("checkout/.jdk", 25);
        checkout.program("mvn", "echo 'Apache Maven 3.6.3 (old)'");
        serveMaven();
        Ended ended =
                checkout.run(
                        "need_java; need_maven; maven package", Map.of("MVNW_REPOURL", address()));
        assertThat(ended.stderr())
                .hasLineCount(1)
                .startsWith("No Maven 3.8.7 or newer on the PATH (only 3.6.3): downloading");
        assertThat(ended.stdout()).isEqualTo("brought: -B -Dstyle.color=never package\n");
        assertThat(requests)
                .containsExactly(
                        "/org/apache/maven/apache-maven/9.9.9/apache-maven-9.9.9-bin.tar.gz");
    }

    @Test
    void aMavenOfAnotherChecksumIsNotStarted() throws Exception {
        checkout.jdk("checkout/.jdk", 25);
        serveMaven();
        served[served.length - 1]++;
        Ended ended = checkout.run("need_java; need_maven", Map.of("MVNW_REPOURL", address()));
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.stderr())
                .contains("Failed to validate Maven distribution SHA-256", "install Maven 3.8.7");
    }

    @Test
    void aMavenThatIsNewEnoughIsUsed() throws Exception {
        checkout.jdk("checkout/.jdk", 25);
        // some print it in bold even where nobody sees it
        checkout.program(
                "mvn",
                "[ \"$2\" = -version ] && printf '\\033[1mApache Maven 3.10.0\\033[m\\n' || echo \"$@\"");
        Ended ended = checkout.run("need_java; need_maven; maven package", Map.of());
        assertThat(ended.stdout()).isEqualTo("-B -Dstyle.color=never package\n");
        assertThat(ended.stderr()).isEmpty();
    }

    /** Puts a Maven on the server, and its checksum into the wrapper's properties. */
    private void serveMaven() throws Exception {
        Path maven = Files.createDirectories(place.resolve("apache-maven-9.9.9/bin"));
        Path program = maven.resolve("mvn");
        Files.writeString(program, "#!/bin/sh\n[ \"$2\" = -version ] || echo \"brought: $*\"\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        served = Files.readAllBytes(checkout.packed(place.resolve("apache-maven-9.9.9")));
        Files.writeString(
                checkout.root().resolve(".mvn/wrapper/maven-wrapper.properties"),
                """
                distributionUrl=%s/apache-maven-9.9.9-bin.tar.gz
                distributionSha256Sum=%s
                """
                        .formatted(address(), sha256(served)));
    }
}
