package io.vmferry.tools.proxy;

import io.vmferry.machine.daemon.Screen;
import io.vmferry.machine.fault.PlannedFault;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.link.MigrationAddress.AddressException;
import io.vmferry.machine.link.MigrationUri;
import io.vmferry.machine.monitor.MonitorAddress;
import io.vmferry.protocol.Named;
import io.vmferry.protocol.Worded;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.tools.commandline.ToolLine;
import io.vmferry.tools.commandline.ToolProgram;
import io.vmferry.tools.proxy.ProxyOutput.TraceFormat;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code scripts/fault-proxy}: stands between a source and a destination until it is ended. */
@Command(
        name = "fault-proxy",
        sortOptions = false,
        description = {
            "Relays a migration between a source and a destination, vmferry's or QEMU's, understands",
            "the stream and the return path, and does what is to go wrong."
        },
        footer = {
            "Examples:",
            "  {vmferry} proxy --listen tcp:127.0.0.1:4445 --to tcp:127.0.0.1:4444",
            "  {vmferry} proxy --listen unix:/tmp/p --to unix:/tmp/d --fault shut:drop"
        },
        exitCodeList = {"0:told to end", "1:cannot listen", "2:wrong command line"})
public final class ProxyProgram extends ToolProgram {

    private static final int CANNOT_LISTEN = 1;

    @Option(
            names = "--listen",
            paramLabel = "URI",
            description = {
                "Where the source connects to: tcp:HOST:PORT (port 0 takes any), unix:PATH,",
                "vsock:CID:PORT, or fd:NUMBER for a socket or pipe that it is connected to already."
            })
    private @Nullable String listen;

    @Option(
            names = "--to",
            paramLabel = "URI",
            description = {
                "Where the destination listens: as --listen, fd:NUMBER for one connection."
            })
    private @Nullable String to;

    @Option(
            names = "--listen-remote",
            description = "Allow --listen at an address that other machines can reach.")
    private boolean remote;

    @Option(
            names = "--fault",
            paramLabel = "WHERE:WHAT",
            description = {
                "What is to go wrong, repeatable: 'req-pages#3:close', 'resume-ack:hold(2s)',",
                "'pong(3):swap', 'shut:drop', 'after 0s:throttle(stream,10M)'."
            })
    private List<String> faults = List.of();

    @Option(
            names = "--trace",
            arity = "0..1",
            fallbackValue = "text",
            paramLabel = "text|json",
            description = {
                "Print everything that is recognised as it passes; with =json all output is a JSON",
                "object a line."
            })
    private @Nullable String trace;

    @Option(
            names = "--qmp",
            paramLabel = "unix:PATH|tcp:HOST:PORT",
            description = {
                "A QMP monitor that lists, adds and removes faults, cuts and restores channels and",
                "waits for what passes, repeatable; TCP on loopback addresses."
            })
    private List<String> monitors = List.of();

    @Option(
            names = "--qmp-remote",
            description =
                    "Allow TCP monitors that other machines can reach. None asks for a password.")
    private boolean remoteMonitors;

    @Option(names = "--list", description = "List the places and actions of faults.")
    private boolean list;

    ProxyProgram(PrintStream out, PrintStream err) {
        super(out, err);
    }

    /** Runs and exits. */
    public static void main(String[] args) {
        // Netty's log is nobody's business here
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
        main(new ProxyProgram(System.out, System.err), args);
    }

    @Override
    protected int run() throws InterruptedException {
        if (list) {
            refuseBeside("--list");
            out.println(ProxyList.text(Screen.columnsOf(out)));
            return 0;
        }
        MigrationAddress address = address("--listen", listen);
        requireLocal(address);
        MigrationAddress target = address("--to", to);
        List<PlannedFault<PlaceName>> planned = faults.stream().map(ProxyPlaces::parse).toList();
        Optional<TraceFormat> format = traceFormat();
        List<MonitorAddress> addresses = monitors.stream().map(MonitorAddress::parse).toList();
        if (remoteMonitors && addresses.isEmpty()) {
            throw new IllegalArgumentException(
                    "--qmp-remote is for a monitor: --qmp ADDRESS opens one");
        }
        ProxyOutput output = new ProxyOutput(out, format, Clock.systemUTC());
        FaultProxy proxy = new FaultProxy(target, planned, output);
        CountDownLatch quit = new CountDownLatch(1);
        ProxyMonitor monitor = new ProxyMonitor(proxy, quit::countDown);
        try {
            for (MonitorAddress wanted : addresses) {
                output.accept(new ProxyEvent.MonitorOpen(monitor.open(wanted, remoteMonitors)));
            }
            output.accept(new ProxyEvent.ProxyOpen(proxy.listen(address)));
            monitor.serve();
        } catch (IOException e) {
            monitor.close();
            proxy.close();
            output.close();
            ToolLine.complain(err, Worded.of(e));
            return CANNOT_LISTEN;
        }
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(() -> {
                            monitor.close();
                            proxy.close();
                            output.close();
                        }));
        quit.await();
        return 0;
    }

    private Optional<TraceFormat> traceFormat() {
        return Optional.ofNullable(trace)
                .map(format -> Named.require(TraceFormat.class, "--trace", format));
    }

    private static MigrationAddress address(String option, @Nullable String uri) {
        if (uri == null) {
            throw new IllegalArgumentException("--listen URI and --to URI are needed");
        }
        try {
            MigrationAddress address = MigrationUri.parseTyped(uri, Profile.DEFAULT);
            return switch (address) {
                case MigrationAddress.File _ ->
                        throw new IllegalArgumentException(option + ": nobody connects to a file");
                case MigrationAddress.Exec _ ->
                        throw new IllegalArgumentException(
                                option + ": the proxy executes no program");
                case MigrationAddress.Absent absent ->
                        throw new IllegalArgumentException(option + ": " + absent.incoming());
                default -> address;
            };
        } catch (AddressException e) {
            throw new IllegalArgumentException(option + ": " + e.getMessage(), e);
        }
    }

    private void requireLocal(MigrationAddress address) {
        if (!(address instanceof MigrationAddress.Tcp tcp)) {
            if (remote) {
                throw new IllegalArgumentException("--listen-remote is for --listen tcp:HOST:PORT");
            }
            return;
        }
        if (remote) {
            return;
        }
        try {
            if (!tcp.host().isEmpty() && InetAddress.getByName(tcp.host()).isLoopbackAddress()) {
                return;
            }
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("--listen: no such host: " + tcp.host(), e);
        }
        throw new IllegalArgumentException(
                "--listen %s: other machines could reach it; --listen-remote allows it"
                        .formatted(listen));
    }
}
