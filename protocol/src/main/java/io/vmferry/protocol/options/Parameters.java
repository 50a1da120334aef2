package io.vmferry.protocol.options;

import io.vmferry.protocol.Named;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The value of every parameter a profile has. Immutable; a change makes other parameters or none.
 * {@link ParameterSpec} gives the type of each value.
 */
public final class Parameters {

    private static final List<Parameter> MULTIFD_LEVELS =
            List.of(Parameter.MULTIFD_ZLIB_LEVEL, Parameter.MULTIFD_ZSTD_LEVEL);

    private final Profile profile;
    private final Map<Parameter, Object> values;

    private Parameters(Profile profile, Map<Parameter, Object> values) {
        this.profile = profile;
        this.values = values;
    }

    /** The values a process starts with. */
    public static Parameters defaults(Profile profile) {
        Map<Parameter, Object> values = new EnumMap<>(Parameter.class);
        for (Parameter parameter : Parameter.knownBy(profile)) {
            parameter.spec(profile).defaultValue().ifPresent(value -> values.put(parameter, value));
        }
        return new Parameters(profile, values);
    }

    /**
     * The values after some changes. All new values are checked together; these stay as they are
     * either way. A parameter that is not supported may only be set to what it already is.
     *
     * @param supported those whose behaviour is built
     * @param capabilities those that are on, because some forbid some values
     */
    public Parameters with(
            Map<Parameter, Object> changes, Set<Parameter> supported, Capabilities capabilities)
            throws OptionException {
        Map<Parameter, Object> next = new EnumMap<>(values);
        next.putAll(changes);
        for (Parameter parameter : changes.keySet()) {
            if (!parameter.knownTo(profile)) {
                throw new OptionException(
                        "Parameter '%s' is unexpected".formatted(parameter.text()));
            }
        }
        Parameters result = new Parameters(profile, next);
        ParameterRules.check(result, capabilities);
        if (!profile.has(Trait.MULTIFD_LEVELS_KEPT)) {
            MULTIFD_LEVELS.forEach(level -> next.put(level, values.get(level)));
        }
        for (Map.Entry<Parameter, Object> change : changes.entrySet()) {
            Parameter parameter = change.getKey();
            if (!supported.contains(parameter)
                    && !change.getValue().equals(values.get(parameter))) {
                throw new OptionException(
                        "Parameter '%s' is not built into vmferry yet".formatted(parameter.text()));
            }
        }
        return result;
    }

    /** The profile whose parameters these are. */
    public Profile profile() {
        return profile;
    }

    /** All values, in the order of the catalogue; a parameter without a value is not there. */
    public Map<Parameter, Object> values() {
        return Collections.unmodifiableMap(values);
    }

    /** One value; empty if it was never set, or the profile lacks the parameter. */
    public Optional<Object> value(Parameter parameter) {
        return Optional.ofNullable(values.get(parameter));
    }

    /** A number without sign; the default of the newest profile where this one lacks it. */
    long number(Parameter parameter) {
        return (Long) valueOrDefault(parameter);
    }

    private boolean flag(Parameter parameter) {
        return (Boolean) valueOrDefault(parameter);
    }

    String text(Parameter parameter) {
        return (String) valueOrDefault(parameter);
    }

    private Object valueOrDefault(Parameter parameter) {
        Object value = values.get(parameter);
        return value != null
                ? value
                : parameter.spec(Profile.QEMU_11_1).defaultValue().orElseThrow();
    }

    /** A number without sign as a number with sign: whatever exceeds it is as good as infinite. */
    private long saturated(Parameter parameter) {
        long value = number(parameter);
        return value < 0 ? Long.MAX_VALUE : value;
    }

    /** Rate limit of precopy in bytes per second; 0 is unlimited. */
    public long maxBandwidthBytesPerSecond() {
        return saturated(Parameter.MAX_BANDWIDTH);
    }

    /** Rate limit of postcopy's background pages in bytes per second; 0 is unlimited. */
    public long maxPostcopyBandwidthBytesPerSecond() {
        return saturated(Parameter.MAX_POSTCOPY_BANDWIDTH);
    }

    /** Rate to count on at the switchover in bytes per second; 0 means the measured one. */
    public long availSwitchoverBandwidthBytesPerSecond() {
        return saturated(Parameter.AVAIL_SWITCHOVER_BANDWIDTH);
    }

    /** Longest acceptable stop of the guest. */
    public long downtimeLimitMillis() {
        return number(Parameter.DOWNTIME_LIMIT);
    }

    /** Dirty bytes per hundred transferred bytes from which auto-converge throttles. */
    public int throttleTriggerThresholdPercent() {
        return (int) number(Parameter.THROTTLE_TRIGGER_THRESHOLD);
    }

    /** First throttling of auto-converge. */
    public int cpuThrottleInitialPercent() {
        return (int) number(Parameter.CPU_THROTTLE_INITIAL);
    }

    /** Step of auto-converge. */
    public int cpuThrottleIncrementPercent() {
        return (int) number(Parameter.CPU_THROTTLE_INCREMENT);
    }

    /** Whether auto-converge takes smaller steps towards the end. */
    public boolean cpuThrottleTailslow() {
        return flag(Parameter.CPU_THROTTLE_TAILSLOW);
    }

    /** Strongest throttling of auto-converge. */
    public int maxCpuThrottlePercent() {
        return (int) number(Parameter.MAX_CPU_THROTTLE);
    }

    /** Where zero pages are detected; profiles without a choice use the main channel. */
    public ZeroPageDetection zeroPageDetection() {
        return value(Parameter.ZERO_PAGE_DETECTION).isEmpty()
                ? ZeroPageDetection.LEGACY
                : Named.require(
                        ZeroPageDetection.class,
                        "zero page detection",
                        text(Parameter.ZERO_PAGE_DETECTION));
    }

    /** Compression of multifd by its monitor name, {@code none} for none. */
    public String multifdCompression() {
        return text(Parameter.MULTIFD_COMPRESSION);
    }

    /** How many multifd channels there are: 1 to 255. */
    public int multifdChannels() {
        return (int) number(Parameter.MULTIFD_CHANNELS);
    }

    /** Compression level of zlib on multifd channels, 0 to 9. */
    public int multifdZlibLevel() {
        return (int) number(Parameter.MULTIFD_ZLIB_LEVEL);
    }

    /** Compression level of zstd on multifd channels, 0 to 20. */
    public int multifdZstdLevel() {
        return (int) number(Parameter.MULTIFD_ZSTD_LEVEL);
    }

    /**
     * Size of the cache of XBZRLE, a power of two of at least a page; 2^63 is the least {@code
     * long}.
     */
    public long xbzrleCacheBytes() {
        return number(Parameter.XBZRLE_CACHE_SIZE);
    }

    /** Delay before the second self-announcement. */
    public long announceInitialMillis() {
        return number(Parameter.ANNOUNCE_INITIAL);
    }

    /** Longest delay between two self-announcements. */
    public long announceMaxMillis() {
        return number(Parameter.ANNOUNCE_MAX);
    }

    /** How many self-announcements are sent. */
    public long announceRounds() {
        return number(Parameter.ANNOUNCE_ROUNDS);
    }

    /** How much each delay is longer than the one before. */
    public long announceStepMillis() {
        return number(Parameter.ANNOUNCE_STEP);
    }

    /** TLS credentials of the migration; empty text for none. */
    public String tlsCreds() {
        return text(Parameter.TLS_CREDS);
    }

    /** Name that the destination's certificate has to have; empty text for that of the address. */
    public String tlsHostname() {
        return text(Parameter.TLS_HOSTNAME);
    }

    /** The object that says whose certificates may migrate to here; empty text for anybody's. */
    public String tlsAuthz() {
        return text(Parameter.TLS_AUTHZ);
    }

    /** Whether multifd would compress or any channel would be encrypted. */
    public boolean multifdCompressedOrTls() {
        return !multifdCompression().equals("none") || !tlsCreds().isEmpty();
    }

    /** QEMU's {@code ZeroPageDetection}: where zero pages are detected. */
    public enum ZeroPageDetection implements Named {
        /** Nobody: every page is sent in full. */
        NONE,
        /** The main channel's sender. */
        LEGACY,
        /** The senders of the multifd channels, and without multifd the main channel's. */
        MULTIFD
    }
}
