package io.vmferry.lab.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Nodes;
import io.vmferry.lab.process.QmpClient;
import io.vmferry.lab.process.RealQemu;
import io.vmferry.machine.commands.DescriptorClient;
import io.vmferry.machine.commands.DescriptorClient.MonitorGoneException;
import io.vmferry.protocol.profile.Profile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Peers that do not fit each other, by TLS: two real QEMUs and two of our daemons are given the
 * same, and both sides' clients see the same.
 */
class TlsComparisonIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir static Path certificates;
    private static MismatchedFolders folders;

    @TempDir Path directory;

    /** What becomes of a destination. */
    private enum Left {
        /** It waits for the next connection. */
        WAITS,
        /**
         * A QEMU that takes a connection that ends after its handshake for a source has ended then,
         * and some also when their own credentials are wrong; ours waits.
         */
        MAY_END,
        /** It has the guest: QEMU asks nobody what a certificate is for, but its owner. */
        RUNS
    }

    /**
     * A connection that the destination has ended: which call of the source notices it, and as
     * what, is a matter of time.
     */
    private static final Pattern ENDED =
            Pattern.compile(
                    "(Cannot (read from|write to) TLS channel|Unable to (read from|write to) socket"
                            + "|Cannot uncork TLS output|ram_save_setup failed: Input/output error"
                            + "|Main channel broke|Return path broke).*");

    /** And the same within a handshake. */
    private static final Pattern ENDED_EARLY =
            Pattern.compile(
                    "TLS handshake failed: (The TLS connection was non-properly terminated"
                            + "|Error in the (pull|push) function"
                            + "|A TLS fatal alert has been received)\\..*");

    /**
     * What each side has.
     *
     * @param here {@code tls-creds} of the source
     * @param there {@code tls-creds} of the destination
     * @param authz {@code tls-authz} of the destination; empty to leave it as it is
     */
    private record Mismatch(String name, String here, String there, Left left, String authz) {

        private Mismatch(String name, String here, String there) {
            this(name, here, there, Left.WAITS);
        }

        private Mismatch(String name, String here, String there, Left left) {
            this(name, here, there, left, "");
        }
    }

    private static final List<Mismatch> ALL =
            List.of(
                    new Mismatch("the source has no certificate", "bare", "server"),
                    new Mismatch(
                            "the destination has the name of another host",
                            "client",
                            "other",
                            Left.MAY_END),
                    new Mismatch("the source trusts another authority", "stranger", "server"),
                    new Mismatch(
                            "the source's certificate is of another authority",
                            "foreign",
                            "server"),
                    new Mismatch(
                            "the destination's certificate has expired",
                            "client",
                            "expired-server",
                            Left.MAY_END),
                    new Mismatch(
                            "the source's certificate has expired", "expired-client", "server"),
                    new Mismatch(
                            "the destination has a client's certificate",
                            "client",
                            "client-as-server",
                            Left.RUNS),
                    new Mismatch(
                            "the source has a server's certificate",
                            "server-as-client",
                            "server",
                            Left.RUNS),
                    new Mismatch("the source has credentials of a server", "wrong-end", "server"),
                    new Mismatch(
                            "the destination has credentials of a client",
                            "client",
                            "wrong-end",
                            Left.MAY_END),
                    new Mismatch("the source's credentials are not there", "nobody", "server"),
                    new Mismatch(
                            "the destination's credentials are not there",
                            "client",
                            "nobody",
                            Left.MAY_END),
                    new Mismatch("what the source names is none", "friends", "server"),
                    new Mismatch("another key", "psk", "other-psk"),
                    new Mismatch("a key against a certificate", "psk", "server"),
                    new Mismatch("a certificate against a key", "client", "psk"),
                    new Mismatch("nobody against a certificate", "anon", "server"),
                    new Mismatch("a plain source", "", "server"),
                    // cannot be taken back
                    new Mismatch(
                            "the source is not allowed", "client", "server", Left.WAITS, "friends"),
                    new Mismatch("a plain destination", "client", "", Left.MAY_END));

    @BeforeAll
    static void makeFolders() {
        folders = MismatchedFolders.in(certificates);
    }

    /** Starts a destination with a monitor. */
    private interface Start {
        ChildProcess destination(Path monitor) throws Exception;
    }

    @ParameterizedTest
    @EnumSource(names = {"QEMU_7_2", "QEMU_11_1"})
    void bothSidesAreAsThoseOfThatQemu(Profile profile) throws Exception {
        RealQemu real = ComparedSources.real(profile);
        ComparedSources sources = new ComparedSources(profile, directory);
        List<String> theirs;
        try (ChildProcess _ = sources.qemu(real)) {
            theirs =
                    seen(
                            sources.monitor("qemu"),
                            true,
                            monitor ->
                                    real.start(
                                            directory,
                                            4,
                                            monitor,
                                            Optional.empty(),
                                            "-incoming",
                                            "defer"));
        }
        try (ChildProcess _ = sources.ours("ours")) {
            assertThat(
                            seen(
                                    sources.monitor("ours"),
                                    false,
                                    monitor -> {
                                        ChildProcess process =
                                                Nodes.destination(
                                                        directory,
                                                        "our-destination",
                                                        ComparedSources.options(
                                                                profile,
                                                                monitor,
                                                                "--incoming",
                                                                "defer"));
                                        QmpClient.connect(process, monitor).close();
                                        return process;
                                    }))
                    .isEqualTo(theirs);
        }
    }

    private List<String> seen(Path from, boolean mayEnd, Start start) throws Exception {
        List<String> seen = new ArrayList<>();
        List<Mismatch> left = new ArrayList<>(ALL);
        try (DescriptorClient source = new DescriptorClient(from)) {
            folders.clientObjects().forEach(object -> added(source, object));
            ComparedSources.returnPath(source);
            while (!left.isEmpty()) {
                String name = from.getFileName().toString().replace(".qmp", "");
                Path monitor = directory.resolve("to-%s-%d.qmp".formatted(name, left.size()));
                try (ChildProcess _ = start.destination(monitor);
                        DescriptorClient destination = new DescriptorClient(monitor)) {
                    seen.addAll(seen(source, destination, left, mayEnd));
                }
            }
        }
        return seen;
    }

    /** As many as a destination outlives; takes them from those that are left. */
    private List<String> seen(
            DescriptorClient source,
            DescriptorClient destination,
            List<Mismatch> left,
            boolean mayEnd)
            throws Exception {
        folders.serverObjects().forEach(object -> added(destination, object));
        destination.ask("{'execute':'migrate-incoming','arguments':{'uri':'tcp:127.0.0.1:0'}}");
        String port =
                JSON.readTree(destination.ask("{'execute':'query-migrate'}"))
                        .at("/socket-address/0/port")
                        .asText();
        List<String> seen = new ArrayList<>();
        Mismatch mismatch;
        do {
            mismatch = left.removeFirst();
            if (!configured(destination, mismatch)) {
                // on a busy machine a QEMU has the time to say that it waits before it ends
                assertThat(mayEnd && !seen.isEmpty()).as("%s ended: %s", mismatch, seen).isTrue();
                left.addFirst(mismatch);
                return seen;
            }
            seen.add(mismatch.name() + ": " + failed(source, mismatch, port));
            seen.add(left(destination, mismatch.left()));
        } while (mismatch.left() == Left.WAITS && !left.isEmpty());
        return seen;
    }

    private static void added(DescriptorClient client, String object) {
        try {
            assertThat(client.ask("{'execute':'object-add','arguments':%s}".formatted(object)))
                    .as(object)
                    .isEqualTo("{}");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Gives a destination what it is to have; false if it has ended. */
    private static boolean configured(DescriptorClient destination, Mismatch mismatch)
            throws IOException {
        try {
            set(destination, "'tls-creds':'%s'", mismatch.there());
            if (!mismatch.authz().isEmpty()) {
                set(destination, "'tls-authz':'%s'", mismatch.authz());
            }
            return true;
        } catch (MonitorGoneException e) {
            return false;
        }
    }

    /** What becomes of a source. */
    private static String failed(DescriptorClient source, Mismatch mismatch, String port)
            throws IOException {
        set(source, "'tls-creds':'%s','tls-hostname':'%s'", mismatch.here(), "");
        String reply =
                source.ask(
                        "{'execute':'migrate','arguments':{'uri':'tcp:127.0.0.1:%s'}}"
                                .formatted(port));
        String end = ComparedSources.settledWithError(source);
        return "%s, %s".formatted(reply, worded(end));
    }

    private static void set(DescriptorClient client, String parameters, String... values)
            throws IOException {
        assertThat(
                        client.ask(
                                "{'execute':'migrate-set-parameters','arguments':{%s}}"
                                        .formatted(parameters.formatted((Object[]) values))))
                .isEqualTo("{}");
    }

    private static String worded(String end) {
        return ENDED.matcher(ENDED_EARLY.matcher(end).replaceFirst("ended in the handshake"))
                .replaceFirst("ended");
    }

    /** What is left of a destination. */
    private static String left(DescriptorClient destination, Left left) throws IOException {
        return switch (left) {
            case WAITS -> ComparedSources.runState(destination);
            case MAY_END -> "not compared";
            case RUNS -> ComparedSources.settled(destination);
        };
    }
}
