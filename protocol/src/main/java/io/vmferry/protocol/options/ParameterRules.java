package io.vmferry.protocol.options;

import io.vmferry.protocol.profile.Profile;
import java.util.Map;
import java.util.Optional;

/** What all parameters together must respect. */
final class ParameterRules {

    private static final long PAGE_SIZE_BYTES = 4096;

    private ParameterRules() {}

    static void check(Parameters parameters, Capabilities capabilities) throws OptionException {
        Profile profile = parameters.profile();
        for (Map.Entry<Parameter, Object> entry : parameters.values().entrySet()) {
            Optional<ParameterRange> range = entry.getKey().spec(profile).range();
            if (range.isPresent() && !range.get().holds((Long) entry.getValue())) {
                throw expects(profile, entry.getKey(), range.get().expectation());
            }
        }
        long cacheBytes = parameters.number(Parameter.XBZRLE_CACHE_SIZE);
        if (Long.bitCount(cacheBytes) != 1
                || Long.compareUnsigned(cacheBytes, PAGE_SIZE_BYTES) < 0) {
            throw expects(
                    profile,
                    Parameter.XBZRLE_CACHE_SIZE,
                    "a power of two no less than the target page size");
        }
        if (parameters.maxCpuThrottlePercent() < parameters.cpuThrottleInitialPercent()) {
            throw expects(
                    profile,
                    Parameter.MAX_CPU_THROTTLE,
                    "an integer in the range of cpu_throttle_initial to 99");
        }
        if (capabilities.has(Capability.ZERO_COPY_SEND) && parameters.multifdCompressedOrTls()) {
            throw new OptionException(CapabilityRule.ZERO_COPY_TEXT);
        }
        if (capabilities.has(Capability.MAPPED_RAM) && parameters.multifdCompressedOrTls()) {
            throw new OptionException(
                    "Mapped-ram only available for non-compressed non-TLS multifd migration");
        }
        if (parameters.number(Parameter.VCPU_DIRTY_LIMIT) == 0) {
            throw new OptionException("Parameter 'vcpu_dirty_limit' must be greater than 1 MB/s");
        }
    }

    private static OptionException expects(
            Profile profile, Parameter parameter, String expectation) {
        // The one parameter whose name QEMU does not write with underscores here.
        String name =
                parameter == Parameter.X_VCPU_DIRTY_LIMIT_PERIOD
                        ? parameter.qmpName()
                        : parameter.qmpName().replace('-', '_');
        String subject =
                (profile.callsParametersOptions() ? "Option %s" : "Parameter '%s'").formatted(name);
        return new OptionException(subject + " expects " + expectation);
    }
}
