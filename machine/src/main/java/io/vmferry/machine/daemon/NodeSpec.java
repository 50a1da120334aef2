package io.vmferry.machine.daemon;

import io.vmferry.machine.device.DeviceSpec;
import io.vmferry.machine.fault.FaultPlan;
import io.vmferry.machine.guest.BuiltOptions;
import io.vmferry.machine.guest.GuestSpec;
import io.vmferry.machine.guest.MachineType;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.memory.MemorySize;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.memory.RamBlockSpec;
import io.vmferry.machine.metrics.MetricsAddress;
import io.vmferry.machine.monitor.MonitorAddress;
import io.vmferry.machine.vcpu.WorkloadSpec;
import io.vmferry.protocol.options.Capabilities;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.options.OptionException;
import io.vmferry.protocol.options.OptionText;
import io.vmferry.protocol.options.Parameter;
import io.vmferry.protocol.options.Parameters;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.status.Side;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What the command line asks for, read and checked.
 *
 * @param name of the guest
 * @param options the capabilities and parameters to start with
 * @param monitors where to listen for monitor clients
 * @param remoteMonitors whether other machines may reach a monitor
 * @param metrics where to serve metrics
 * @param remoteMetrics whether other machines may reach them
 * @param lease the shared lease file, if there is one
 * @param faults what is to go wrong
 */
public record NodeSpec(
        String name,
        GuestSpec guest,
        Optional<Path> memoryImage,
        MigrationOptions options,
        List<MonitorAddress> monitors,
        boolean remoteMonitors,
        Optional<MetricsAddress> metrics,
        boolean remoteMetrics,
        Optional<Path> lease,
        FaultPlan faults,
        boolean once,
        boolean verbose,
        LogFormat logFormat) {

    private static final int MAX_VCPUS = 255;

    /** {@link UUID#fromString} alone would take shorter groups. */
    private static final Pattern UUID_FORM =
            Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

    public NodeSpec {
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
        Profile profile = options.profile();
        try {
            return new NodeSpec(
                    options.name(),
                    guest(options, profile),
                    options.memoryImage(),
                    migrationOptions(options, profile, presets),
                    options.monitors().stream().map(MonitorAddress::parse).toList(),
                    options.remoteMonitors(),
                    options.metrics().map(MetricsAddress::parse),
                    options.remoteMetrics(),
                    options.lease(),
                    FaultPlan.parse(side, options.faults()),
                    options.once(),
                    options.verbose(),
                    logFormat(options.logFormat()));
        } catch (IllegalArgumentException | OptionException e) {
            throw NodeFailure.usage(e.getMessage());
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

    /** What kind of node it is. */
    public Side side() {
        return faults.side();
    }

    private static LogFormat logFormat(String text) {
        return LogFormat.ofText(text)
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "%s is text or json, not '%s'".formatted(LogFormat.OPTION, text)));
    }

    private static GuestSpec guest(NodeOptions options, Profile profile) throws NodeFailure {
        MachineType machine =
                MachineType.ofName(options.machine())
                        .orElseThrow(() ->
                                NodeFailure.usage(
                                        "Unknown machine '%s': expected one of %s"
                                                .formatted(options.machine(), machines())));
        if (machine == MachineType.NONE && !options.devices().isEmpty()) {
            throw NodeFailure.usage("Machine none has no place for a --device");
        }
        if (machine == MachineType.NONE && options.describesVcpus()) {
            throw NodeFailure.usage("Machine none has no vCPU: leave --vcpus and --workload out");
        }
        if (options.vcpus() < 1 || options.vcpus() > MAX_VCPUS) {
            throw NodeFailure.usage(
                    "--vcpus %d is not in 1..%d".formatted(options.vcpus(), MAX_VCPUS));
        }
        return new GuestSpec(
                machine,
                memoryBytes(options),
                pageBytes(options),
                options.vcpus(),
                WorkloadSpec.parse(options.workload()),
                options.devices().stream().map(DeviceSpec::parse).toList(),
                options.seed(),
                uuid(options),
                !options.paused(),
                profile);
    }

    private static long memoryBytes(NodeOptions options) throws NodeFailure {
        long bytes = size("--memory", options.memory());
        long page = pageBytes(options);
        if (bytes == 0 || bytes % page != 0) {
            throw NodeFailure.usage(
                    "--memory %s is not a multiple of the page size %d"
                            .formatted(options.memory(), page));
        }
        Optional<String> refusal = MemoryLimit.refusal(bytes, Runtime.getRuntime().maxMemory());
        if (refusal.isPresent()) {
            throw NodeFailure.usage(refusal.get());
        }
        return bytes;
    }

    private static long pageBytes(NodeOptions options) throws NodeFailure {
        long bytes = size("--memory-page-size", options.memoryPageSize());
        boolean possible =
                Long.bitCount(bytes) == 1
                        && bytes >= RamBlock.PAGE_SIZE
                        && bytes <= RamBlockSpec.LARGEST_PAGE_BYTES;
        if (!possible) {
            throw NodeFailure.usage(
                    "--memory-page-size %s is not a power of two from 4K to %s"
                            .formatted(
                                    options.memoryPageSize(),
                                    MemorySize.format(RamBlockSpec.LARGEST_PAGE_BYTES)));
        }
        return bytes;
    }

    private static long size(String option, String text) throws NodeFailure {
        try {
            return MemorySize.parse(text);
        } catch (IllegalArgumentException e) {
            throw NodeFailure.usage(option + ": " + e.getMessage());
        }
    }

    private static Optional<UUID> uuid(NodeOptions options) throws NodeFailure {
        if (options.uuid().isEmpty()) {
            return Optional.empty();
        }
        String text = options.uuid().get();
        if (!UUID_FORM.matcher(text).matches()) {
            throw NodeFailure.usage("--uuid '" + text + "' is not a UUID");
        }
        return Optional.of(UUID.fromString(text));
    }

    private static String machines() {
        return Arrays.stream(MachineType.values())
                .map(MachineType::wireName)
                .collect(Collectors.joining(", "));
    }

    private static MigrationOptions migrationOptions(
            NodeOptions options, Profile profile, Set<Capability> presets) throws OptionException {
        Map<Capability, Boolean> capabilities = new EnumMap<>(Capability.class);
        presets.forEach(capability -> capabilities.put(capability, true));
        for (String text : options.capabilities()) {
            Map.Entry<Capability, Boolean> change = OptionText.capability(text, profile);
            capabilities.put(change.getKey(), change.getValue());
        }
        Map<Parameter, Object> parameters = new EnumMap<>(Parameter.class);
        for (String text : options.parameters()) {
            Map.Entry<Parameter, Object> change = OptionText.parameter(text, profile);
            parameters.put(change.getKey(), change.getValue());
        }
        Capabilities on =
                Capabilities.none().with(capabilities, profile, BuiltOptions.CAPABILITIES);
        return new MigrationOptions(
                profile,
                options.asQemu(),
                on,
                Parameters.defaults(profile).with(parameters, BuiltOptions.PARAMETERS, on));
    }
}
