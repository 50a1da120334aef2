package io.vmferry.protocol.options;

import io.vmferry.protocol.options.ParameterSpec.ParameterRange;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;
import java.util.List;

/** The rules between parameters. */
final class ParameterRules {

    /** The parameters with limits, in the order of QEMU's checks. */
    private static final List<Parameter> CHECKED =
            List.of(
                    Parameter.COMPRESS_LEVEL,
                    Parameter.COMPRESS_THREADS,
                    Parameter.DECOMPRESS_THREADS,
                    Parameter.THROTTLE_TRIGGER_THRESHOLD,
                    Parameter.CPU_THROTTLE_INITIAL,
                    Parameter.CPU_THROTTLE_INCREMENT,
                    Parameter.DOWNTIME_LIMIT,
                    Parameter.MULTIFD_CHANNELS,
                    Parameter.MULTIFD_ZLIB_LEVEL,
                    Parameter.MULTIFD_QATZIP_LEVEL,
                    Parameter.MULTIFD_ZSTD_LEVEL,
                    Parameter.XBZRLE_CACHE_SIZE,
                    Parameter.MAX_CPU_THROTTLE,
                    Parameter.ANNOUNCE_INITIAL,
                    Parameter.ANNOUNCE_MAX,
                    Parameter.ANNOUNCE_ROUNDS,
                    Parameter.ANNOUNCE_STEP,
                    Parameter.X_VCPU_DIRTY_LIMIT_PERIOD,
                    Parameter.X_RDMA_CHUNK_SIZE);

    private ParameterRules() {}

    static void check(Parameters parameters, Capabilities capabilities) throws OptionException {
        Profile profile = parameters.profile();
        for (Parameter parameter : CHECKED) {
            if (parameter.knownTo(profile)) {
                range(parameter, parameters);
            }
        }
        if (capabilities.has(Capability.ZERO_COPY_SEND) && parameters.multifdCompressedOrTls()) {
            throw new OptionException(CapabilityRule.ZERO_COPY_TEXT);
        }
        if (capabilities.has(Capability.MAPPED_RAM) && parameters.multifdCompressedOrTls()) {
            throw new OptionException(
                    "Mapped-ram only available for non-compressed non-TLS multifd migration");
        }
        if (parameters.number(Parameter.VCPU_DIRTY_LIMIT) == 0) {
            String name = name(Parameter.VCPU_DIRTY_LIMIT, profile);
            throw new OptionException(
                    profile.has(Trait.DIRTY_LIMIT_REFUSAL_GARBLED)
                            ? "Parameter '%s' expects is invalid, it must greater then 1 MB/s"
                                    .formatted(name)
                            : "Parameter '%s' must be greater than 1 MB/s".formatted(name));
        }
    }

    private static void range(Parameter parameter, Parameters parameters) throws OptionException {
        long value = parameters.number(parameter);
        ParameterSpec spec = parameter.spec(parameters.profile());
        String expectation = spec.range().map(ParameterRange::expectation).orElse("");
        boolean fits = spec.range().isEmpty() || spec.range().get().holds(value);
        if (parameter == Parameter.MAX_CPU_THROTTLE) {
            fits &= value >= parameters.cpuThrottleInitialPercent();
        }
        if (spec.powerOfTwo()) {
            fits &= Long.bitCount(value) == 1;
        }
        if (!fits) {
            throw new OptionException(
                    subject(parameter, parameters.profile()) + " expects " + expectation);
        }
    }

    private static String subject(Parameter parameter, Profile profile) {
        return (profile.has(Trait.PARAMETER_CALLED_OPTION) ? "Option %s" : "Parameter '%s'")
                .formatted(name(parameter, profile));
    }

    /** The name that QEMU's refusals use, which is not always the one on the monitor. */
    private static String name(Parameter parameter, Profile profile) {
        boolean asOnMonitor =
                parameter == Parameter.X_VCPU_DIRTY_LIMIT_PERIOD
                        || (profile.has(Trait.PARAMETER_CALLED_OPTION)
                                && parameter != Parameter.X_RDMA_CHUNK_SIZE);
        return asOnMonitor ? parameter.text() : parameter.text().replace('-', '_');
    }
}
