package io.vmferry.protocol.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.protocol.Named;
import io.vmferry.protocol.options.Parameters.ZeroPageDetection;
import io.vmferry.protocol.profile.Profile;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ParametersTest {

    private static final Set<Parameter> ALL = EnumSet.allOf(Parameter.class);

    private static Parameters set(Profile profile, Parameter parameter, Object value)
            throws OptionException {
        return Parameters.defaults(profile)
                .with(Map.of(parameter, value), ALL, Capabilities.none());
    }

    @ParameterizedTest
    @EnumSource
    void theDefaultsRespectTheRules(Profile profile) throws OptionException {
        Parameters defaults = Parameters.defaults(profile);
        assertThat(defaults.with(Map.of(), Set.of(), Capabilities.none()).values())
                .isEqualTo(defaults.values());
        assertThat(defaults.values().keySet())
                .allMatch(parameter -> parameter.knownTo(profile))
                .doesNotContain(Parameter.BLOCK_BITMAP_MAPPING)
                .hasSize(Parameter.knownBy(profile).size() - 1);
        assertThat(defaults.maxBandwidthBytesPerSecond()).isEqualTo(134_217_728);
        assertThat(defaults.downtimeLimitMillis()).isEqualTo(300);
        assertThat(defaults.throttleTriggerThresholdPercent()).isEqualTo(50);
        assertThat(defaults.cpuThrottleInitialPercent()).isEqualTo(20);
        assertThat(defaults.cpuThrottleIncrementPercent()).isEqualTo(10);
        assertThat(defaults.cpuThrottleTailslow()).isFalse();
        assertThat(defaults.maxCpuThrottlePercent()).isEqualTo(99);
        assertThat(defaults.value(Parameter.MULTIFD_CHANNELS)).contains(2L);
        assertThat(defaults.value(Parameter.XBZRLE_CACHE_SIZE)).contains(67_108_864L);
        assertThat(defaults.availSwitchoverBandwidthBytesPerSecond()).isZero();
        assertThat(defaults.maxPostcopyBandwidthBytesPerSecond()).isZero();
        assertThat(defaults.announceInitialMillis()).isEqualTo(50);
        assertThat(defaults.announceMaxMillis()).isEqualTo(550);
        assertThat(defaults.announceRounds()).isEqualTo(5);
        assertThat(defaults.announceStepMillis()).isEqualTo(100);
        assertThat(defaults.multifdCompressedOrTls()).isFalse();
        assertThat(defaults.zeroPageDetection())
                .isEqualTo(
                        profile.compareTo(Profile.QEMU_9_2) < 0
                                ? ZeroPageDetection.LEGACY
                                : ZeroPageDetection.MULTIFD);
    }

    /** A parameter without a rule would accept any value. */
    @ParameterizedTest
    @EnumSource
    void noParameterTakesANumberOutsideOfItsRange(Profile profile) {
        for (Parameter parameter : Parameter.knownBy(profile)) {
            parameter
                    .spec(profile)
                    .range()
                    .filter(range -> range.maximum() != -1)
                    .ifPresent(range ->
                            assertThatThrownBy(() -> set(profile, parameter, range.maximum() + 1))
                                    .as(parameter.text())
                                    .isInstanceOf(OptionException.class)
                                    .hasMessageEndingWith("expects " + range.expectation()));
        }
    }

    /** Each range at both ends, with the error text of a real QEMU 7.2. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "downtime-limit|0|2000000|2000001|an integer in the range of 0 to (2000 * 1000) ms",
                "downtime-limit|0|2000000|-5|an integer in the range of 0 to (2000 * 1000) ms",
                "cpu-throttle-initial|1|99|0|an integer in the range of 1 to 99",
                "cpu-throttle-initial|1|99|100|an integer in the range of 1 to 99",
                "cpu-throttle-increment|1|99|0|an integer in the range of 1 to 99",
                "cpu-throttle-increment|1|99|100|an integer in the range of 1 to 99",
                "throttle-trigger-threshold|1|100|0|an integer in the range of 1 to 100",
                "throttle-trigger-threshold|1|100|101|an integer in the range of 1 to 100",
                "max-cpu-throttle|20|99|10|an integer in the range of cpu_throttle_initial to 99",
                "max-cpu-throttle|20|99|100|an integer in the range of cpu_throttle_initial to 99",
                "multifd-channels|1|255|0|a value between 1 and 255",
                "multifd-zlib-level|0|9|10|a value between 0 and 9",
                "multifd-zstd-level|0|20|21|a value between 0 and 20",
                "compress-level|0|9|10|a value between 0 and 9",
                "compress-threads|1|255|0|a value between 1 and 255",
                "decompress-threads|1|255|0|a value between 1 and 255",
                "xbzrle-cache-size|4096|1073741824|5|a power of two no less than the target page size",
                "xbzrle-cache-size|4096|1073741824|2048|a power of two no less than the target page size",
                "xbzrle-cache-size|4096|1073741824|12288|a power of two no less than the target page size",
                "announce-initial|0|100000|100001|a value between 0 and 100000",
                "announce-max|0|100000|100001|a value between 0 and 100000",
                "announce-rounds|0|1000|1001|a value between 0 and 1000",
                "announce-step|1|10000|0|a value between 0 and 10000",
                "announce-step|1|10000|10001|a value between 0 and 10000"
            })
    void aRangeIsInclusiveAndBeyondItRefused(
            String name, long least, long most, long beyond, String expectation)
            throws OptionException {
        Parameter parameter = Named.find(Parameter.class, name).orElseThrow();
        for (long inside : new long[] {least, most}) {
            Profile profile =
                    parameter.knownTo(Profile.QEMU_9_2) ? Profile.QEMU_9_2 : Profile.QEMU_7_2;
            assertThat(set(profile, parameter, inside).value(parameter)).contains(inside);
        }
        String underscored = name.replace('-', '_');
        assertThatThrownBy(() -> set(Profile.QEMU_7_2, parameter, beyond))
                .isInstanceOf(OptionException.class)
                .hasMessage("Parameter '%s' expects %s", underscored, expectation);
        if (parameter.knownTo(Profile.QEMU_11_1)) {
            assertThatThrownBy(() -> set(Profile.QEMU_11_1, parameter, beyond))
                    .hasMessage("Option %s expects %s", name, expectation.replace('_', '-'));
        }
    }

    @Test
    void laterParametersHaveTheirRanges() {
        assertThatThrownBy(() -> set(Profile.DEFAULT, Parameter.X_VCPU_DIRTY_LIMIT_PERIOD, 1001L))
                .hasMessage(
                        "Parameter 'x-vcpu-dirty-limit-period' expects a value between 1 and 1000");
        assertThatThrownBy(() -> set(Profile.DEFAULT, Parameter.VCPU_DIRTY_LIMIT, 0L))
                .hasMessage("Parameter 'vcpu_dirty_limit' must be greater than 1 MB/s");
        assertThatThrownBy(() -> set(Profile.DEFAULT, Parameter.MULTIFD_QATZIP_LEVEL, 0L))
                .hasMessageContaining("a value between 1 and 9");
        for (long odd : new long[] {1, (1 << 20) + 1, 1L << 31}) {
            assertThatThrownBy(() -> set(Profile.QEMU_11_1, Parameter.X_RDMA_CHUNK_SIZE, odd))
                    .hasMessage(
                            "Option x_rdma_chunk_size expects"
                                    + " a power of 2 in the range 1MiB to 1024MiB");
        }
        assertThatThrownBy(() -> set(Profile.QEMU_7_2, Parameter.DIRECT_IO, true))
                .hasMessage("Parameter 'direct-io' is unexpected");
    }

    @Test
    void theRefusalOfADirtyLimitHasChangedTwice() {
        for (String[] pair :
                new String[][] {
                    {
                        "qemu-8.2",
                        "Parameter 'vcpu_dirty_limit' expects is invalid, it must greater then 1"
                                + " MB/s"
                    },
                    {"qemu-9.2", "Parameter 'vcpu_dirty_limit' must be greater than 1 MB/s"},
                    {"qemu-11.1", "Parameter 'vcpu-dirty-limit' must be greater than 1 MB/s"}
                }) {
            Profile profile = Named.find(Profile.class, pair[0]).orElseThrow();
            assertThatThrownBy(() -> set(profile, Parameter.VCPU_DIRTY_LIMIT, 0L))
                    .hasMessage(pair[1]);
        }
    }

    @Test
    void ofTwoWrongOnesTheFirstInQemusOrderIsTold() {
        assertThatThrownBy(() ->
                        Parameters.defaults(Profile.DEFAULT)
                                .with(
                                        Map.of(
                                                Parameter.ANNOUNCE_STEP, 0L,
                                                Parameter.DOWNTIME_LIMIT, -1L),
                                        ALL,
                                        Capabilities.none()))
                .hasMessageContaining("downtime_limit");
    }

    @Test
    void anUnsignedNumberBeyondTheSignedOnesIsAsGoodAsInfinite() throws OptionException {
        Parameters endless = set(Profile.DEFAULT, Parameter.MAX_BANDWIDTH, -1L);
        assertThat(endless.maxBandwidthBytesPerSecond()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void twoParametersAreCheckedTogether() throws OptionException {
        Parameters parameters = Parameters.defaults(Profile.DEFAULT);
        assertThat(
                        parameters
                                .with(
                                        Map.of(
                                                Parameter.CPU_THROTTLE_INITIAL, 60L,
                                                Parameter.MAX_CPU_THROTTLE, 70L),
                                        ALL,
                                        Capabilities.none())
                                .maxCpuThrottlePercent())
                .isEqualTo(70);
        Parameters low = set(Profile.DEFAULT, Parameter.MAX_CPU_THROTTLE, 50L);
        assertThatThrownBy(() ->
                        low.with(
                                Map.of(
                                        Parameter.DOWNTIME_LIMIT, 7L,
                                        Parameter.CPU_THROTTLE_INITIAL, 60L),
                                ALL,
                                Capabilities.none()))
                .hasMessageContaining("max_cpu_throttle");
        assertThat(low.downtimeLimitMillis()).isEqualTo(300);
    }

    @Test
    void whatIsNotBuiltCanOnlyStayAsItIs() throws OptionException {
        Parameters parameters = Parameters.defaults(Profile.DEFAULT);
        Set<Parameter> built = EnumSet.of(Parameter.DOWNTIME_LIMIT);
        assertThatThrownBy(() ->
                        parameters.with(
                                Map.of(Parameter.DOWNTIME_LIMIT, 1L, Parameter.TLS_CREDS, "tls0"),
                                built,
                                Capabilities.none()))
                .hasMessage("Parameter 'tls-creds' is not built into vmferry yet");
        Parameters same =
                parameters.with(
                        Map.of(Parameter.DOWNTIME_LIMIT, 1L, Parameter.TLS_CREDS, ""),
                        built,
                        Capabilities.none());
        assertThat(same.downtimeLimitMillis()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"QEMU_7_2, 1", "QEMU_8_2, 1", "QEMU_9_2, 4", "QEMU_11_1, 4"})
    void levelsOfMultifdWereForgotten(Profile profile, long kept) throws OptionException {
        Parameters set =
                Parameters.defaults(profile)
                        .with(
                                Map.of(
                                        Parameter.MULTIFD_ZLIB_LEVEL,
                                        4L,
                                        Parameter.MULTIFD_ZSTD_LEVEL,
                                        4L),
                                ALL,
                                Capabilities.none());
        assertThat(set.value(Parameter.MULTIFD_ZLIB_LEVEL)).contains(kept);
        assertThat(set.value(Parameter.MULTIFD_ZSTD_LEVEL)).contains(kept);
    }

    @Test
    void capabilitiesForbidSomeValues() throws OptionException {
        Capabilities zeroCopy =
                Capabilities.none()
                        .with(
                                CapabilitiesTest.changes("zero-copy-send multifd"),
                                Profile.DEFAULT,
                                EnumSet.allOf(Capability.class));
        Capabilities mapped =
                Capabilities.none()
                        .with(
                                CapabilitiesTest.changes("mapped-ram"),
                                Profile.DEFAULT,
                                EnumSet.allOf(Capability.class));
        Parameters parameters = Parameters.defaults(Profile.DEFAULT);
        Map<Parameter, Object> zlib = Map.of(Parameter.MULTIFD_COMPRESSION, "zlib");
        assertThatThrownBy(() -> parameters.with(zlib, ALL, zeroCopy))
                .hasMessageStartingWith("Zero copy only available");
        assertThatThrownBy(() -> parameters.with(zlib, ALL, mapped))
                .hasMessageStartingWith("Mapped-ram only available");
        assertThat(parameters.with(zlib, ALL, Capabilities.none()).multifdCompressedOrTls())
                .isTrue();
    }
}
