package io.vmferry.machine.daemon;

import io.vmferry.machine.commandline.HelpGroup;
import io.vmferry.machine.commandline.StandardOptions;
import io.vmferry.machine.daemon.ExitCode.NodeFailure;
import io.vmferry.machine.daemon.NodeSpec.LogFormat;
import io.vmferry.machine.daemon.NodeSpec.ResultFormat;
import io.vmferry.machine.device.DeviceSpec;
import io.vmferry.machine.guest.GuestSpec.MachineType;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.link.MigrationAddress.AddressException;
import io.vmferry.machine.link.MigrationUri;
import io.vmferry.machine.monitor.MonitorAddress;
import io.vmferry.machine.net.HostPort;
import io.vmferry.machine.vcpu.WorkloadSpec;
import io.vmferry.protocol.Closest;
import io.vmferry.protocol.Named;
import io.vmferry.protocol.Worded;
import io.vmferry.protocol.profile.Deviation;
import io.vmferry.protocol.profile.Profile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/**
 * The command line options that both daemons have: the guest and how it is reached. Capabilities,
 * parameters and faults stay text here, since the profile and the side say what they mean.
 */
public final class NodeOptions {

    static final String MEMORY = "--memory";
    static final String PAGE_SIZE = "--memory-page-size";

    /** {@link UUID#fromString} alone would take shorter groups. */
    private static final Pattern UUID_FORM =
            Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

    @HelpGroup("Guest")
    @Option(
            names = MEMORY,
            converter = SizeOption.MemoryConverter.class,
            paramLabel = "SIZE",
            defaultValue = "128M",
            description = "Guest RAM, for example 64M or 1G (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // set by picocli, which has a default
    SizeOption memory;

    @Option(
            names = PAGE_SIZE,
            converter = SizeOption.PageSizeConverter.class,
            paramLabel = "SIZE",
            defaultValue = "4K",
            description = {
                "What the host backs RAM with: 4K or huge pages up to 2M, which postcopy moves",
                "whole. The same on both sides. Default: ${DEFAULT-VALUE}"
            })
    @SuppressWarnings("NullAway.Init") // set by picocli, which has a default
    SizeOption pageSize;

    @Option(
            names = "--memory-overcommit",
            description = {
                "Start a guest that is larger than the memory limit of the container, for one that",
                "touches little of its RAM."
            })
    boolean overcommit;

    @Option(
            names = "--memory-image",
            paramLabel = "FILE",
            description = "Initial content of guest RAM, from address 0 on.")
    @Nullable Path memoryImage;

    @Option(
            names = "--machine",
            paramLabel = "TYPE",
            defaultValue = "synthetic",
            description = {
                "synthetic: vCPUs with a workload that proves itself, and devices (default).",
                "none: QEMU's -M none, for a real QEMU as the peer: RAM, timer, globalstate."
            })
    @SuppressWarnings("NullAway.Init") // set by picocli, which has a default
    MachineType machine;

    @HelpGroup("As which QEMU")
    @Option(
            names = "--profile",
            paramLabel = "VERSION",
            defaultValue = "qemu-10.2",
            description = "The QEMU version to behave like (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // set by picocli, which has a default
    Profile profile;

    @Option(
            names = "--as-qemu",
            description = {
                "Do what QEMU does even where vmferry, on purpose, keeps a migration",
                "or a guest that QEMU loses, or says more. docs/compatibility.md lists these cases.",
                "Where QEMU would die of SIGSEGV, the daemon ends with exit code 139."
            })
    boolean asQemu;

    @HelpGroup("Guest")
    @Option(
            names = "--vcpus",
            paramLabel = "N",
            description = "Virtual CPUs of the synthetic machine (default: 1).")
    @Nullable Integer vcpus;

    @Option(
            names = "--workload",
            paramLabel = "NAME[,KEY=VALUE]*",
            description = {
                "What the guest of a source does: idle (default), sequential, uniform, hotset, burst",
                "or increment. Keys: boot=SIZE (content written before the start);",
                "zero=PERCENT, compressible=PERCENT (not increment); rate=PAGES_PER_SECOND|max,",
                "range=SIZE (working set; neither is for idle); hot=PERCENT, hit=PERCENT (hotset);",
                "burst=PAGES (burst). A destination learns the workload from its source."
            })
    @Nullable WorkloadSpec workload;

    @Option(
            names = "--device",
            paramLabel = "KIND[,KEY=VALUE]*",
            description = {
                "A device, repeatable: virtio-net, virtio-blk, vfio, failover-primary or",
                "unmigratable.",
                "The destination needs each of the source; one more there is a warning."
            })
    List<DeviceSpec> devices = new ArrayList<>();

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = {
                "Seed of everything random in the guest (default: ${DEFAULT-VALUE}).",
                "A destination learns that of the vCPUs from the source."
            })
    long seed;

    @Option(
            names = "--uuid",
            paramLabel = "UUID",
            description = "Identity of the guest; checked with capability validate-uuid.")
    @Nullable UUID uuid;

    @Option(
            names = UnparsedLine.NAME,
            paramLabel = "NAME",
            defaultValue = UnparsedLine.UNNAMED,
            description =
                    "Name of the guest, for query-name and the lease (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // set by picocli, which has a default
    String name;

    @Option(names = "--paused", description = "Do not start the guest (QEMU's -S).")
    boolean paused;

    @HelpGroup("Control")
    @Option(
            names = "--qmp",
            paramLabel = "unix:PATH|tcp:HOST:PORT[,tls-creds=ID]|fd:N",
            description = {
                "A QMP monitor, repeatable; TCP on loopback addresses, with TLS by an --object; fd:N",
                "for a socket inherited as descriptor N, as for QEMU's -chardev socket,fd=N,server=on."
            })
    List<MonitorAddress> monitors = new ArrayList<>();

    @Option(
            names = "--qmp-remote",
            description = {
                "Allow TCP monitors that other machines can reach. A monitor asks for no password:",
                "whoever reaches it can read all of the guest's memory and write files here."
            })
    boolean remoteMonitors;

    @Option(
            names = "--health-socket",
            paramLabel = "PATH",
            description = {
                "A QMP socket for health checks, as the images have it. It is no monitor: nobody",
                "is expected to give commands there."
            })
    @Nullable Path healthSocket;

    @Option(
            names = "--metrics",
            paramLabel = "HOST:PORT",
            description = {
                "Serve http://HOST:PORT/metrics for Prometheus, /healthz and /readyz; a loopback",
                "address, port 0 takes any."
            })
    @Nullable HostPort metrics;

    @Option(
            names = "--metrics-remote",
            description = "Allow --metrics at an address that other machines can reach.")
    boolean remoteMetrics;

    @HelpGroup("Guest")
    @Option(
            names = "--lease",
            paramLabel = "FILE",
            description = {
                "Lock file that stands for the guest's disks: who holds it may run the guest.",
                "Without it each side has a lease of its own, and nothing guards against two guests."
            })
    @Nullable Path lease;

    @HelpGroup("Migration")
    @Option(
            names = "--capability",
            paramLabel = "NAME[=on|off]",
            description = "A migration capability, repeatable.")
    List<String> capabilities = new ArrayList<>();

    @Option(
            names = "--parameter",
            paramLabel = "NAME=VALUE",
            description = "A migration parameter, repeatable; sizes may end in K, M, G, T …")
    List<String> parameters = new ArrayList<>();

    @Mixin ObjectOptions objects = new ObjectOptions();

    @HelpGroup("Faults")
    @Option(
            names = "--fault",
            paramLabel = "WHERE:WHAT",
            description = {
                "What is to go wrong here and when, repeatable: 'device-load(virtio-net)@50%%:kill',",
                "'byte(main)@1M:reset', 'after 200ms:blackhole'. {vmferry} faults lists what there is."
            })
    List<String> faults = new ArrayList<>();

    @HelpGroup("Others")
    @Option(
            names = "--once",
            description = "Exit when the migration has ended, also when there is a monitor.")
    boolean once;

    @Option(
            names = {"-v", "--verbose"},
            description = "Log every protocol point; show stack traces.")
    boolean verbose;

    @Option(
            names = LogFormat.OPTION,
            paramLabel = "text|json",
            defaultValue = "text",
            description = {
                "text: lines for people (default). json: an object a line on stderr, in place of",
                "the progress too."
            })
    @SuppressWarnings("NullAway.Init") // set by picocli, which has a default
    LogFormat logFormat;

    @Option(
            names = "--result",
            paramLabel = "text|json",
            defaultValue = "text",
            description = "How stdout says where the guest is: for people (default), or as JSON.")
    @SuppressWarnings("NullAway.Init") // set by picocli, which has a default
    ResultFormat resultFormat;

    @Mixin
    @SuppressWarnings("unused") // for picocli alone
    private StandardOptions standard = new StandardOptions();

    /** A parser for a program that has these options. */
    static CommandLine parser(Object program) {
        CommandLine line = new CommandLine(program);
        read(line, MachineType.class, text -> Named.require(MachineType.class, "machine", text));
        read(line, Profile.class, text -> Named.require(Profile.class, "profile", text));
        read(line, WorkloadSpec.class, WorkloadSpec::parseTyped);
        read(line, DeviceSpec.class, DeviceSpec::parse);
        read(line, UUID.class, NodeOptions::uuid);
        read(line, MonitorAddress.class, MonitorAddress::parse);
        read(line, HostPort.class, NodeOptions::metricsAddress);
        read(line, LogFormat.class, text -> Named.require(LogFormat.class, LogFormat.OPTION, text));
        read(line, ResultFormat.class, text -> Named.require(ResultFormat.class, "--result", text));
        return line;
    }

    private static <T> void read(CommandLine line, Class<T> type, Function<String, T> parser) {
        line.registerConverter(type, text -> refusing(parser, text));
    }

    private static <T> T refusing(Function<String, T> parser, String text) throws NodeFailure {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            throw NodeFailure.usage(Worded.of(e));
        }
    }

    /**
     * Parses a command line.
     *
     * @throws NodeFailure of kind usage, about a value that one of these options refuses
     * @throws ParameterException about anything else that is wrong
     */
    static void parse(CommandLine line, String... args) throws NodeFailure {
        try {
            line.parseArgs(args);
        } catch (ParameterException e) {
            if (e.getCause() instanceof NodeFailure refused) {
                throw refused;
            }
            throw e;
        }
    }

    private static UUID uuid(String text) {
        if (!UUID_FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("--uuid '" + text + "' is not a UUID");
        }
        return UUID.fromString(text);
    }

    private static HostPort metricsAddress(String text) {
        return HostPort.parse(text)
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "Expected --metrics HOST:PORT, [IPV6]:PORT for an IPv6 address, got '%s'"
                                        .formatted(text)));
    }

    /**
     * The address that an option gives.
     *
     * @param option its name, for the message
     */
    public MigrationAddress address(String option, String uri) throws NodeFailure {
        try {
            return MigrationUri.parseTyped(uri, profile());
        } catch (AddressException e) {
            throw NodeFailure.usage(option + ": " + e.getMessage() + meant(Worded.of(e), uri));
        }
    }

    /** The question about a mistyped protocol, unless the refusal ends with one. */
    private static String meant(String refusal, String uri) {
        int colon = uri.indexOf(':');
        if (refusal.endsWith("?") || colon < 0) {
            return colon < 0 ? Closest.question(uri, List.of("defer")) : "";
        }
        String protocol = uri.substring(0, colon);
        return Closest.to(protocol, List.of("tcp", "unix", "file", "fd", "exec", "vsock"))
                .filter(close -> !close.equals(protocol))
                .map(close -> ", did you mean '" + close + uri.substring(colon) + "'?")
                .orElse("");
    }

    /** The QEMU version that is asked for. */
    public Profile profile() {
        return profile;
    }

    /** Whether the daemon has to behave as QEMU where vmferry deviates on purpose. */
    boolean follows(Deviation deviation) {
        return asQemu && profile != null && deviation.concerns(profile);
    }

    /** The guest's name in logs and query-name. */
    public String name() {
        return name;
    }

    /** Whether the command line switches a capability on. */
    public boolean asksFor(String capability) {
        return capabilities.contains(capability) || capabilities.contains(capability + "=on");
    }

    /** Whether the daemon has a monitor through which it can be told to quit. */
    public boolean hasMonitor() {
        return !monitors.isEmpty();
    }

    /** Whether the daemon ends with its migration. */
    public boolean once() {
        return once;
    }

    /** Whether protocol points are logged and stack traces shown. */
    public boolean verbose() {
        return verbose;
    }
}
