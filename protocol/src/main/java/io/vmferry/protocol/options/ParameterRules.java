package io.vmferry.protocol.options;

import io.vmferry.protocol.profile.Profile;
import java.util.List;

/** What all parameters together must respect. */
final class ParameterRules {

    /** Those with limits, in the order in which QEMU looks at them. */
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
                    profile.garblesDirtyLimitRefusal()
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
        return (profile.callsParametersOptions() ? "Option %s" : "Parameter '%s'")
                .formatted(name(parameter, profile));
    }

    /** The name that QEMU's refusals use, which is not always the one on the monitor. */
    private static String name(Parameter parameter, Profile profile) {
        boolean asOnMonitor =
                parameter == Parameter.X_VCPU_DIRTY_LIMIT_PERIOD
                        || (profile.callsParametersOptions()
                                && parameter != Parameter.X_RDMA_CHUNK_SIZE);
        return asOnMonitor ? parameter.qmpName() : parameter.qmpName().replace('-', '_');
    }
}
