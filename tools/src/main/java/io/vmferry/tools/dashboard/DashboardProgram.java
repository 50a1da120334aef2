package io.vmferry.tools.dashboard;

import io.vmferry.protocol.Worded;
import io.vmferry.tools.commandline.ToolLine;
import io.vmferry.tools.commandline.ToolProgram;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code scripts/dashboard}: serves a page with the dashboard until it is ended. */
@Command(
        name = "dashboard",
        sortOptions = false,
        description = {
            "Draws the dashboard in a browser: the panels of the Grafana dashboard, from a Prometheus",
            "that scrapes the nodes, without a Grafana."
        },
        footer = {
            "Examples:",
            "  {vmferry} dashboard",
            "  {vmferry} dashboard --prometheus http://127.0.0.1:9091 --listen 127.0.0.1:8000"
        },
        exitCodeList = {"0:told to end", "1:cannot listen", "2:wrong command line"})
public final class DashboardProgram extends ToolProgram {

    private static final int CANNOT_LISTEN = 1;
    private static final int MAX_PORT = 0xffff;
    private static final Pattern HOST_AND_PORT =
            Pattern.compile("(?:\\[([^]]+)]|([^:]+)):(\\d{1,5})");

    @Option(
            names = "--prometheus",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:9090",
            description = "The Prometheus that is asked (default: ${DEFAULT-VALUE}).")
    private String prometheus = "";

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:9470",
            description =
                    "Where the page is served, on a loopback address; port 0 takes any (default:"
                            + " ${DEFAULT-VALUE}).")
    private String listen = "";

    @Option(
            names = "--listen-remote",
            description =
                    "Allow --listen at an address that other machines can reach. Nobody is asked"
                            + " for a password.")
    private boolean remote;

    DashboardProgram(PrintStream out, PrintStream err) {
        super(out, err);
    }

    /** Runs and exits. */
    public static void main(String[] args) {
        main(new DashboardProgram(System.out, System.err), args);
    }

    @Override
    protected int run() throws InterruptedException {
        PrometheusQueries queries = new PrometheusQueries(url(prometheus));
        InetSocketAddress address = address(listen);
        if (!remote && !address.getAddress().isLoopbackAddress()) {
            throw new IllegalArgumentException(
                    "--listen %s: other machines could reach it; --listen-remote allows it"
                            .formatted(listen));
        }
        if (remote && address.getAddress().isLoopbackAddress()) {
            throw new IllegalArgumentException(
                    "--listen-remote is for an address that is not a loopback one, not for %s"
                            .formatted(listen));
        }
        try (DashboardServer server = DashboardServer.listen(address, queries)) {
            out.println("The dashboard is at " + server.url() + " (Ctrl-C ends it)");
            new CountDownLatch(1).await();
            return 0;
        } catch (IOException e) {
            ToolLine.complain(err, "Cannot listen at %s: %s".formatted(listen, Worded.of(e)));
            return CANNOT_LISTEN;
        }
    }

    private static URI url(String text) {
        try {
            URI url = new URI(text);
            if (url.getHost() != null
                    && (text.startsWith("http://") || text.startsWith("https://"))
                    && url.getQuery() == null) {
                return URI.create(text.endsWith("/") ? text : text + "/");
            }
        } catch (URISyntaxException e) {
            // the same answer as for any other text that is none
        }
        throw new IllegalArgumentException(
                "--prometheus: expected http://HOST:PORT, got '%s'".formatted(text));
    }

    private static InetSocketAddress address(String text) {
        Matcher parts = HOST_AND_PORT.matcher(text);
        if (!parts.matches() || Integer.parseInt(parts.group(3)) > MAX_PORT) {
            throw new IllegalArgumentException(
                    "--listen: expected HOST:PORT, got '%s'".formatted(text));
        }
        String host = parts.group(1) == null ? parts.group(2) : parts.group(1);
        try {
            return new InetSocketAddress(
                    InetAddress.getByName(host), Integer.parseInt(parts.group(3)));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("--listen: no such host: " + host, e);
        }
    }
}
