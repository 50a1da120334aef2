package io.vmferry.machine.daemon;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.machine.daemon.ExitCode.NodeFailure;
import io.vmferry.machine.fault.FaultInjector;
import io.vmferry.machine.fault.FaultPlan;
import io.vmferry.machine.fault.FaultSpec;
import io.vmferry.machine.fault.FaultyProcess;
import io.vmferry.machine.guest.BuiltOptions;
import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.guest.GuestSpec;
import io.vmferry.machine.guest.GuestSpec.MachineType;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.link.EngineLoop;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.memory.MemorySize;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.memory.RamBlockSpec;
import io.vmferry.machine.metrics.MetricsServer;
import io.vmferry.machine.monitor.MonitorAddress;
import io.vmferry.machine.monitor.MonitorServer;
import io.vmferry.machine.net.HostPort;
import io.vmferry.machine.vcpu.WorkloadSpec;
import io.vmferry.protocol.Named;
import io.vmferry.protocol.Worded;
import io.vmferry.protocol.options.Capabilities;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.options.OptionException;
import io.vmferry.protocol.options.OptionText;
import io.vmferry.protocol.options.Parameter;
import io.vmferry.protocol.options.Parameters;
import io.vmferry.protocol.profile.Deviation;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.status.Side;
import java.nio.file.Path;
import java.time.Clock;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The settings of a node, parsed and checked.
 *
 * @param name of the guest
 * @param overcommit whether a guest may be larger than the memory limit of its container
 * @param options the capabilities and parameters to start with
 * @param objects arguments of {@code object-add}
 * @param monitors where to listen for monitor clients
 * @param remoteMonitors whether other machines may reach a monitor
 * @param healthSocket where to listen for health checks, which count as no monitor
 * @param metrics where to serve metrics
 * @param metricsCredentials the id of TLS credentials for them
 * @param remoteMetrics whether other machines may reach them
 * @param lease the shared lease file, if there is one
 * @param faults what is to go wrong
 * @param resultFormat how results are printed
 */
public record NodeSpec(
        String name,
        GuestSpec guest,
        boolean overcommit,
        Optional<Path> memoryImage,
        MigrationOptions options,
        List<ObjectNode> objects,
        List<MonitorAddress> monitors,
        boolean remoteMonitors,
        Optional<Path> healthSocket,
        Optional<HostPort> metrics,
        boolean remoteMetrics,
        Optional<String> metricsCredentials,
        Optional<Path> lease,
        FaultPlan faults,
        boolean once,
        boolean verbose,
        LogFormat logFormat,
        ResultFormat resultFormat) {

    private static final int MAX_VCPUS = 255;

    public NodeSpec {
        objects = List.copyOf(objects);
        monitors = List.copyOf(monitors);
    }

    /**
     * Reads the options.
     *
     * @param side what kind of node it is
     * @param presets capabilities that are on unless the command line says otherwise
     * @throws NodeFailure of kind usage, about the first option that cannot be what was meant
     */
    public static NodeSpec of(NodeOptions options, Side side, Set<Capability> presets)
            throws NodeFailure {
        requireWhatIsOpened(options);
        try {
            return new NodeSpec(
                    options.name,
                    guest(options, side),
                    options.overcommit,
                    Optional.ofNullable(options.memoryImage),
                    migrationOptions(options, presets),
                    options.objects.parsed(options.profile),
                    options.monitors,
                    options.remoteMonitors,
                    Optional.ofNullable(options.healthSocket),
                    Optional.ofNullable(options.metrics),
                    options.remoteMetrics,
                    Optional.ofNullable(options.objects.metricsCredentials),
                    Optional.ofNullable(options.lease),
                    faults(options, side),
                    options.once,
                    options.verbose,
                    options.logFormat,
                    options.resultFormat);
        } catch (IllegalArgumentException | OptionException e) {
            throw NodeFailure.usage(Worded.of(e));
        }
    }

    /**
     * The same, once it is certain that no file has two purposes.
     *
     * @param option that names the address of the node's migration
     * @throws NodeFailure of kind usage
     */
    public NodeSpec withOwnFiles(String option, Optional<MigrationAddress> address)
            throws NodeFailure {
        NamedFiles.requireDifferent(this, option, address);
        return this;
    }

    /** The monitors, and the socket for health checks after them. */
    public List<MonitorAddress> qmpListeners() {
        return Stream.concat(
                        monitors.stream(),
                        healthSocket.stream()
                                .map(path -> new MonitorAddress.UnixMonitor(path.toString())))
                .toList();
    }

    /** What kind of node it is. */
    public Side side() {
        return faults.side();
    }

    /** Whether a migration may come from what none can be in, as in QEMU. */
    boolean readsAnything() {
        return options.follows(Deviation.UNREADABLE_INPUT);
    }

    /** What injects the faults, and lets monitors have vmferry's own commands beside QEMU's. */
    FaultInjector injector(EngineLoop loop, Guest guest, FaultyProcess process) {
        boolean controllable = !monitors.isEmpty() && !options.follows(Deviation.OWN_COMMANDS);
        return new FaultInjector(faults, loop, guest, process, controllable, Clock.systemUTC());
    }

    /** An option that only allows something is refused where there is nothing to allow. */
    private static void requireWhatIsOpened(NodeOptions options) throws NodeFailure {
        if (options.remoteMonitors && options.monitors.isEmpty()) {
            throw NodeFailure.usage("--qmp-remote is for a monitor: --qmp ADDRESS opens one");
        }
        if (options.objects.metricsCredentials != null && options.metrics == null) {
            throw NodeFailure.usage(
                    "--metrics-tls-creds is for metrics: --metrics HOST:PORT has them");
        }
        if (options.remoteMetrics && options.metrics == null) {
            throw NodeFailure.usage(
                    "--metrics-remote is for metrics: --metrics HOST:PORT has them");
        }
        for (MonitorAddress monitor : options.monitors) {
            MonitorAddress plain =
                    monitor instanceof MonitorAddress.SecureMonitor secure
                            ? secure.port()
                            : monitor;
            if (plain instanceof MonitorAddress.TcpMonitor(String host, int port)
                    && !options.remoteMonitors) {
                requireLocal("--qmp", monitor, new HostPort(host, port), MonitorServer.REFUSAL);
            }
        }
        if (options.metrics != null && !options.remoteMetrics) {
            requireLocal("--metrics", options.metrics, options.metrics, MetricsServer.REFUSAL);
        }
    }

    private static void requireLocal(String option, Object typed, HostPort address, String why)
            throws NodeFailure {
        if (address.reachableByOthers()) {
            throw NodeFailure.usage(
                    "%s %s: other machines could reach it%s".formatted(option, typed, why));
        }
    }

    private static GuestSpec guest(NodeOptions options, Side side) throws NodeFailure {
        if (side == Side.DESTINATION && options.workload != null) {
            throw NodeFailure.usage(
                    "--workload is for the source: a destination learns the workload from it");
        }
        if (options.machine == MachineType.NONE && !options.devices.isEmpty()) {
            throw NodeFailure.usage("Machine none has no place for a --device");
        }
        if (options.machine == MachineType.NONE
                && (options.vcpus != null || options.workload != null)) {
            throw NodeFailure.usage("Machine none has no vCPU: leave --vcpus and --workload out");
        }
        int vcpus = options.vcpus == null ? 1 : options.vcpus;
        if (vcpus < 1 || vcpus > MAX_VCPUS) {
            throw NodeFailure.usage("--vcpus %d is not in 1..%d".formatted(vcpus, MAX_VCPUS));
        }
        checkMemory(options.memory, options.pageSize);
        return new GuestSpec(
                options.machine,
                options.memory.bytes(),
                options.pageSize.bytes(),
                vcpus,
                options.workload == null ? WorkloadSpec.parse("idle") : options.workload,
                options.devices,
                options.seed,
                Optional.ofNullable(options.uuid),
                !options.paused,
                options.profile);
    }

    private static void checkMemory(SizeOption memory, SizeOption pageSize) throws NodeFailure {
        long pageBytes = pageSize.bytes();
        boolean possible =
                Long.bitCount(pageBytes) == 1
                        && pageBytes >= RamBlock.PAGE_SIZE
                        && pageBytes <= RamBlockSpec.LARGEST_PAGE_BYTES;
        if (!possible) {
            throw NodeFailure.usage(
                    "--memory-page-size %s is not a power of two from 4K to %s"
                            .formatted(
                                    pageSize, MemorySize.format(RamBlockSpec.LARGEST_PAGE_BYTES)));
        }
        if (memory.bytes() == 0 || memory.bytes() % pageBytes != 0) {
            throw NodeFailure.usage(
                    "--memory %s is not a multiple of the page size %s"
                            .formatted(memory, pageSize));
        }
        Optional<String> refusal =
                MemoryLimit.refusal(memory.bytes(), Runtime.getRuntime().maxMemory());
        if (refusal.isPresent()) {
            throw NodeFailure.usage(refusal.get());
        }
    }

    private static FaultPlan faults(NodeOptions options, Side side) throws NodeFailure {
        FaultPlan plan = FaultPlan.parse(side, options.faults);
        Optional<FaultSpec> onMonitor = plan.firstOnMonitor();
        if (options.monitors.isEmpty() && onMonitor.isPresent()) {
            throw NodeFailure.usage(
                    "Fault '%s': there is no monitor, --qmp opens one".formatted(onMonitor.get()));
        }
        return plan;
    }

    private static MigrationOptions migrationOptions(NodeOptions options, Set<Capability> presets)
            throws OptionException {
        Profile profile = options.profile;
        Map<Capability, Boolean> capabilities = new EnumMap<>(Capability.class);
        presets.forEach(capability -> capabilities.put(capability, true));
        for (String text : options.capabilities) {
            Map.Entry<Capability, Boolean> change = OptionText.capability(text, profile);
            capabilities.put(change.getKey(), change.getValue());
        }
        Map<Parameter, Object> parameters = new EnumMap<>(Parameter.class);
        for (String text : options.parameters) {
            Map.Entry<Parameter, Object> change = OptionText.parameter(text, profile);
            parameters.put(change.getKey(), change.getValue());
        }
        Capabilities on =
                Capabilities.none().with(capabilities, profile, BuiltOptions.CAPABILITIES);
        return new MigrationOptions(
                profile,
                options.asQemu,
                on,
                Parameters.defaults(profile).with(parameters, BuiltOptions.PARAMETERS, on));
    }

    /** What {@code --result} can be. */
    public enum ResultFormat implements Named {
        /** Lines for people. */
        TEXT,
        /** A JSON object a line. */
        JSON
    }

    /** What {@code --log-format} can be. */
    public enum LogFormat implements Named {
        /** Lines for people. */
        TEXT,
        /** A JSON object a line, and nothing else on stderr. */
        JSON;

        static final String OPTION = "--log-format";

        /**
         * Looks for the format in a command line that is not parsed yet. An invalid format is
         * refused when the command line is parsed.
         */
        static LogFormat in(List<String> words) {
            return new UnparsedLine(words)
                    .values(OPTION).stream()
                            .flatMap(word -> Named.find(LogFormat.class, word).stream())
                            .reduce(TEXT, (earlier, later) -> later);
        }
    }
}
