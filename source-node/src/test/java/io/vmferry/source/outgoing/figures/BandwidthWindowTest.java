package io.vmferry.source.outgoing.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vmferry.protocol.options.Capabilities;
import io.vmferry.protocol.options.OptionException;
import io.vmferry.protocol.options.Parameter;
import io.vmferry.protocol.options.Parameters;
import io.vmferry.protocol.profile.Profile;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BandwidthWindowTest {

    private static final long MILLI = 1_000_000;
    private static final long START = 77 * MILLI;

    private final OutgoingCounters counters = new OutgoingCounters();

    private static Parameters parameters(Map<Parameter, Object> values) {
        try {
            return Parameters.defaults(Profile.QEMU_10_2)
                    .with(values, values.keySet(), Capabilities.none());
        } catch (OptionException e) {
            throw new AssertionError(e);
        }
    }

    private static final Parameters DEFAULTS = parameters(Map.of());

    @Test
    void nothingIsKnownBeforeTheFirstWindowEnds() {
        BandwidthWindow window = new BandwidthWindow(START, DEFAULTS);
        counters.transferredBytes = 1 << 20;
        assertThat(window.update(START + 100 * MILLI - 1, counters, DEFAULTS)).isFalse();
        assertThat(window.thresholdBytes()).isZero();
        assertThat(window.bytesPerSecond()).isZero();
        assertThat(window.expectedDowntimeMillis()).isEqualTo(300);
        assertThat(window.nanosLeft(START + 99 * MILLI)).isEqualTo(MILLI);
        assertThat(window.nanosLeft(START + 101 * MILLI)).isZero();
    }

    @Test
    void theThresholdIsWhatFitsIntoTheDowntimeLimit() {
        BandwidthWindow window = new BandwidthWindow(START, DEFAULTS);
        counters.transferredBytes = 20_000_000;
        counters.pages.zeroPages = 100;
        counters.pages.normalPages = 300;
        assertThat(window.update(START + 200 * MILLI, counters, DEFAULTS)).isTrue();
        assertThat(window.bytesPerSecond()).isEqualTo(100_000_000);
        assertThat(window.thresholdBytes()).isEqualTo(30_000_000);
        assertThat(window.megabitsPerSecond()).isCloseTo(800, within(1e-6));
        assertThat(window.pagesPerSecond()).isEqualTo(2000);

        counters.transferredBytes += 1_000_000;
        assertThat(window.update(START + 299 * MILLI, counters, DEFAULTS)).isFalse();
        assertThat(window.update(START + 300 * MILLI, counters, DEFAULTS)).isTrue();
        assertThat(window.bytesPerSecond()).isEqualTo(10_000_000);
        assertThat(window.thresholdBytes()).isEqualTo(3_000_000);
        assertThat(window.pagesPerSecond()).isZero();
    }

    @Test
    void anAnnouncedSwitchoverBandwidthReplacesTheMeasuredOne() {
        Parameters announced =
                parameters(
                        Map.of(
                                Parameter.AVAIL_SWITCHOVER_BANDWIDTH,
                                1_000_000L,
                                Parameter.DOWNTIME_LIMIT,
                                500L));
        BandwidthWindow window = new BandwidthWindow(START, announced);
        counters.transferredBytes = 10_000_000;
        counters.foreseesDowntime = true;
        counters.bytesAtLastSync = 2_000_000;
        window.update(START + 100 * MILLI, counters, announced);
        assertThat(window.thresholdBytes()).isEqualTo(500_000);
        assertThat(window.expectedDowntimeMillis()).isEqualTo(2000);
        assertThat(window.bytesPerSecond()).isEqualTo(100_000_000);
    }

    @Test
    void theDowntimeIsExpectedOnceItCanBeForeseen() {
        BandwidthWindow window = new BandwidthWindow(START, DEFAULTS);
        counters.bytesAtLastSync = 50_000_000;
        counters.transferredBytes = 10_001;
        window.update(START + 100 * MILLI, counters, DEFAULTS);
        assertThat(window.expectedDowntimeMillis()).isEqualTo(300);

        counters.foreseesDowntime = true;
        counters.transferredBytes += 10_000_000;
        window.update(START + 200 * MILLI, counters, DEFAULTS);
        assertThat(window.expectedDowntimeMillis()).isEqualTo(500);

        counters.transferredBytes += 10_000;
        counters.bytesAtLastSync = 1;
        window.update(START + 300 * MILLI, counters, DEFAULTS);
        assertThat(window.expectedDowntimeMillis()).as("too few bytes").isEqualTo(500);
    }

    @Test
    void aSyncForeseesTheDowntimeFromTheLastWindow() {
        BandwidthWindow window = new BandwidthWindow(START, DEFAULTS);
        window.foresee(30_000_000, DEFAULTS);
        assertThat(window.expectedDowntimeMillis()).isEqualTo(BandwidthWindow.FOREVER);
        counters.transferredBytes = 10_000_000;
        window.update(START + 100 * MILLI, counters, DEFAULTS);
        window.foresee(30_000_000, DEFAULTS);
        assertThat(window.expectedDowntimeMillis()).isEqualTo(300);
        window.foresee(
                30_000_000, parameters(Map.of(Parameter.AVAIL_SWITCHOVER_BANDWIDTH, 1_000_000L)));
        assertThat(window.expectedDowntimeMillis()).as("as announced").isEqualTo(30_000);
    }

    @Test
    void aWindowThatRanDrySaysNothingAboutTheLink() {
        BandwidthWindow window = new BandwidthWindow(START, DEFAULTS);
        counters.transferredBytes = 10_000;
        window.ranDry();
        window.update(START + 100 * MILLI, counters, DEFAULTS);
        assertThat(window.bytesPerSecond()).as("the limit").isEqualTo(128 << 20);

        counters.transferredBytes += 20_000_000;
        window.ranDry();
        window.update(START + 200 * MILLI, counters, DEFAULTS);
        assertThat(window.bytesPerSecond()).as("as measured").isEqualTo(200_000_000);

        counters.transferredBytes += 10_000;
        window.update(START + 300 * MILLI, counters, DEFAULTS);
        assertThat(window.bytesPerSecond()).as("a slow link that was busy").isEqualTo(100_000);
    }

    @Test
    void anUnlimitedLinkThatWasNeverBusyIsTakenForOneOfTheDefaultRate() {
        Parameters unlimited = parameters(Map.of(Parameter.MAX_BANDWIDTH, 0L));
        BandwidthWindow window = new BandwidthWindow(START, unlimited);
        window.ranDry();
        window.update(START + 100 * MILLI, counters, unlimited);
        assertThat(window.thresholdBytes()).isEqualTo((128L << 20) * 300 / 1000);
    }

    @Test
    void whatTimeTakesIsSetAsideFromTheThreshold() {
        BandwidthWindow window = new BandwidthWindow(START, DEFAULTS);
        counters.transferredBytes = 10_000_000;
        window.update(START + 100 * MILLI, counters, DEFAULTS);
        assertThat(window.reserveBytes(20 * MILLI)).isEqualTo(2_000_000);
        assertThat(window.reserveBytes(10_000 * MILLI)).as("half at most").isEqualTo(15_000_000);
    }

    @Test
    void anotherDowntimeLimitCountsFromTheNextWindow() {
        BandwidthWindow window = new BandwidthWindow(START, DEFAULTS);
        counters.transferredBytes = 10_000_000;
        window.update(START + 100 * MILLI, counters, DEFAULTS);
        counters.transferredBytes += 10_000_000;
        Parameters patient = parameters(Map.of(Parameter.DOWNTIME_LIMIT, 2_000_000L));
        window.update(START + 200 * MILLI, counters, patient);
        assertThat(window.thresholdBytes()).isEqualTo(100_000L * 2_000_000);
    }

    @Test
    void aTenthOfTheLimitMayBeSentPerWindow() {
        BandwidthWindow window =
                new BandwidthWindow(START, parameters(Map.of(Parameter.MAX_BANDWIDTH, 1_000_009L)));
        assertThat(window.allowanceBytes(counters)).isEqualTo(100_000);
        counters.transferredBytes = 99_999;
        assertThat(window.allowanceBytes(counters)).isEqualTo(1);
        counters.transferredBytes = 250_000;
        assertThat(window.allowanceBytes(counters)).isZero();
        window.update(START + 100 * MILLI, counters, DEFAULTS);
        assertThat(window.allowanceBytes(counters)).isEqualTo(100_000);
        window.limit(2_000_000);
        assertThat(window.allowanceBytes(counters)).isEqualTo(200_000);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 9})
    void lessThanTenBytesPerSecondIsUnlimited(long limit) {
        BandwidthWindow window = new BandwidthWindow(START, DEFAULTS);
        window.limit(limit);
        counters.transferredBytes = Long.MAX_VALUE / 2;
        assertThat(window.allowanceBytes(counters)).isEqualTo(Long.MAX_VALUE);
    }
}
