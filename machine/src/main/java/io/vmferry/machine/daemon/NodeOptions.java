package io.vmferry.machine.daemon;

import io.vmferry.machine.link.AddressException;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.link.MigrationUri;
import io.vmferry.protocol.profile.Deviation;
import io.vmferry.protocol.profile.Profile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The command line options that both daemons have: the guest and how it is reached. */
@SuppressWarnings("unused") // set by picocli
public final class NodeOptions {

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            defaultValue = "128M",
            description = "Guest RAM, for example 64M or 1G (default: ${DEFAULT-VALUE}).")
    private String memory;

    @Option(
            names = "--memory-page-size",
            paramLabel = "SIZE",
            defaultValue = "4K",
            description = {
                "What the host backs RAM with: 4K or huge pages up to 2M, which postcopy moves",
                "whole. The same on both sides. Default: ${DEFAULT-VALUE}"
            })
    private String memoryPageSize;

    @Option(
            names = "--memory-image",
            paramLabel = "FILE",
            description = "Initial content of guest RAM, from address 0 on.")
    private Path memoryImage;

    @Option(
            names = "--machine",
            paramLabel = "TYPE",
            defaultValue = "synthetic",
            description = {
                "synthetic: vCPUs with a workload that proves itself, and devices (default).",
                "none: QEMU's -M none, for a real QEMU as the peer: RAM, timer, globalstate."
            })
    private String machine;

    @Option(
            names = "--profile",
            paramLabel = "VERSION",
            defaultValue = "qemu-10.2",
            description = "The QEMU version to behave like (default: ${DEFAULT-VALUE}).")
    private String profile;

    @Option(
            names = "--as-qemu",
            description = {
                "Do what QEMU does even where vmferry, on purpose, keeps a migration",
                "or a guest that QEMU loses, or says more. The README lists these cases.",
                "Where QEMU would die of SIGSEGV, the daemon ends with exit code 139."
            })
    private boolean asQemu;

    @Option(
            names = "--vcpus",
            paramLabel = "N",
            description = "Virtual CPUs of the synthetic machine (default: 1).")
    private Integer vcpus;

    @Option(
            names = "--workload",
            paramLabel = "NAME[,KEY=VALUE]*",
            description = {
                "What the guest does: idle (default), sequential, uniform, hotset, burst or increment.",
                "Keys: rate=PAGES_PER_SECOND|max, zero=PERCENT, compressible=PERCENT,",
                "range=SIZE (working set), boot=SIZE (content written before the start),",
                "hot=PERCENT, hit=PERCENT (hotset), burst=PAGES (burst).",
                "A destination learns the workload from the source."
            })
    private String workload;

    @Option(
            names = "--device",
            paramLabel = "KIND[,KEY=VALUE]*",
            description = {
                "A device, repeatable: virtio-net, virtio-blk, vfio, failover-primary or",
                "unmigratable.",
                "Both sides need the same devices."
            })
    private List<String> devices = new ArrayList<>();

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = {
                "Seed of everything random in the guest (default: ${DEFAULT-VALUE}).",
                "A destination learns that of the vCPUs from the source."
            })
    private long seed;

    @Option(
            names = "--uuid",
            paramLabel = "UUID",
            description = "Identity of the guest; checked with capability validate-uuid.")
    private String uuid;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            defaultValue = "guest",
            description =
                    "Name of the guest, for query-name and the lease (default: ${DEFAULT-VALUE}).")
    private String name;

    @Option(names = "--paused", description = "Do not start the guest (QEMU's -S).")
    private boolean paused;

    @Option(
            names = "--qmp",
            paramLabel = "unix:PATH|tcp:HOST:PORT",
            description = "A QMP monitor, repeatable; TCP on loopback addresses.")
    private List<String> monitors = new ArrayList<>();

    @Option(
            names = "--qmp-remote",
            description = {
                "Allow TCP monitors that other machines can reach. A monitor asks for no password:",
                "whoever reaches it can read all of the guest's memory and write files here."
            })
    private boolean remoteMonitors;

    @Option(
            names = "--metrics",
            paramLabel = "HOST:PORT",
            description = {
                "Serve http://HOST:PORT/metrics for Prometheus, and /healthz; a loopback address,",
                "port 0 takes any."
            })
    private String metrics;

    @Option(
            names = "--metrics-remote",
            description = "Allow --metrics at an address that other machines can reach.")
    private boolean remoteMetrics;

    @Option(
            names = "--lease",
            paramLabel = "FILE",
            description = {
                "Lock file that stands for the guest's disks: who holds it may run the guest.",
                "Without it each side has a lease of its own, and nothing guards against two guests."
            })
    private Path lease;

    @Option(
            names = "--capability",
            paramLabel = "NAME[=on|off]",
            description = "A migration capability, repeatable.")
    private List<String> capabilities = new ArrayList<>();

    @Option(
            names = "--parameter",
            paramLabel = "NAME=VALUE",
            description = "A migration parameter, repeatable; sizes may end in K, M, G, T …")
    private List<String> parameters = new ArrayList<>();

    @Option(
            names = "--fault",
            paramLabel = "WHERE:WHAT",
            description = {
                "What is to go wrong here and when, repeatable: 'device-load(virtio-net)@50%%:kill',",
                "'byte(main)@1M:reset', 'after 200ms:blackhole'. scripts/faults lists what there is."
            })
    private List<String> faults = new ArrayList<>();

    @Option(
            names = "--once",
            description = "Exit when the migration has ended, also when there is a monitor.")
    private boolean once;

    @Option(
            names = {"-v", "--verbose"},
            description = "Log every protocol point; show stack traces.")
    private boolean verbose;

    @Option(
            names = LogFormat.OPTION,
            paramLabel = "text|json",
            defaultValue = "text",
            description = {
                "text: lines for people (default). json: an object a line on stderr, in place of",
                "the progress too."
            })
    private String logFormat;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this text.")
    private boolean help;

    String memory() {
        return memory;
    }

    String memoryPageSize() {
        return memoryPageSize;
    }

    Optional<Path> memoryImage() {
        return Optional.ofNullable(memoryImage);
    }

    String machine() {
        return machine;
    }

    /** The QEMU version that is asked for. */
    public Profile profile() throws NodeFailure {
        return Profile.parse(profile)
                .orElseThrow(() ->
                        NodeFailure.usage(
                                "Unknown profile '%s': expected one of %s"
                                        .formatted(profile, Profile.names())));
    }

    /**
     * The address that an option gives.
     *
     * @param option its name, for the message
     */
    public MigrationAddress address(String option, String uri) throws NodeFailure {
        try {
            return MigrationUri.parse(uri, profile());
        } catch (AddressException e) {
            throw NodeFailure.usage(option + ": " + e.getMessage());
        }
    }

    boolean asQemu() {
        return asQemu;
    }

    /** Whether the daemon has to do what QEMU does where vmferry would do otherwise. */
    boolean follows(Deviation deviation) {
        return asQemu && Profile.parse(profile).filter(deviation::concerns).isPresent();
    }

    /** Whether something was said of vCPUs, which only the synthetic machine has. */
    boolean describesVcpus() {
        return vcpus != null || workload != null;
    }

    int vcpus() {
        return vcpus == null ? 1 : vcpus;
    }

    String workload() {
        return workload == null ? "idle" : workload;
    }

    List<String> devices() {
        return devices;
    }

    long seed() {
        return seed;
    }

    Optional<String> uuid() {
        return Optional.ofNullable(uuid);
    }

    /** The guest's name in logs and query-name. */
    public String name() {
        return name;
    }

    boolean paused() {
        return paused;
    }

    List<String> monitors() {
        return monitors;
    }

    boolean remoteMonitors() {
        return remoteMonitors;
    }

    Optional<String> metrics() {
        return Optional.ofNullable(metrics);
    }

    boolean remoteMetrics() {
        return remoteMetrics;
    }

    Optional<Path> lease() {
        return Optional.ofNullable(lease);
    }

    /** Whether the command line switches a capability on. */
    public boolean asksFor(String capability) {
        return capabilities.contains(capability) || capabilities.contains(capability + "=on");
    }

    List<String> capabilities() {
        return capabilities;
    }

    List<String> parameters() {
        return parameters;
    }

    List<String> faults() {
        return faults;
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

    String logFormat() {
        return logFormat;
    }
}
