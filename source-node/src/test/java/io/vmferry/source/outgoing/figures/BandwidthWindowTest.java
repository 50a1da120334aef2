package io.vmferry.source.outgoing.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vmferry.machine.guest.MigrationOptions;
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

    private final MigrationOptions options =
            new MigrationOptions(Profile.QEMU_10_2, Capabilities.none(), DEFAULTS);
    private long now = START;

    private BandwidthWindow window(Parameters parameters) {
        options.parameters(parameters);
        return new BandwidthWindow(counters, options, () -> now);
    }

    private boolean update(BandwidthWindow window, long nanos, Parameters parameters) {
        options.parameters(parameters);
        now = nanos;
        return window.update();
    }

    private long nanosLeft(BandwidthWindow window, long nanos) {
        now = nanos;
        return window.nanosLeft();
    }

    @Test
    void nothingIsKnownBeforeTheFirstWindowEnds() {
        BandwidthWindow window = window(DEFAULTS);
        counters.transferredBytes = 1 << 20;
        assertThat(update(window, START + 100 * MILLI - 1, DEFAULTS)).isFalse();
        assertThat(window.thresholdBytes()).isZero();
        assertThat(window.bytesPerSecond()).isZero();
        assertThat(window.expectedDowntimeMillis()).isEqualTo(300);
        assertThat(nanosLeft(window, START + 99 * MILLI)).isEqualTo(MILLI);
        assertThat(nanosLeft(window, START + 101 * MILLI)).isZero();
    }

    @Test
    void theThresholdIsWhatFitsIntoTheDowntimeLimit() {
        BandwidthWindow window = window(DEFAULTS);
        counters.transferredBytes = 20_000_000;
        counters.pages.zeroPages = 100;
        counters.pages.normalPages = 300;
        assertThat(update(window, START + 200 * MILLI, DEFAULTS)).isTrue();
        assertThat(window.bytesPerSecond()).isEqualTo(100_000_000);
        assertThat(window.thresholdBytes()).isEqualTo(30_000_000);
        assertThat(window.megabitsPerSecond()).isCloseTo(800, within(1e-6));
        assertThat(window.pagesPerSecond()).isEqualTo(2000);

        counters.transferredBytes += 1_000_000;
        assertThat(update(window, START + 299 * MILLI, DEFAULTS)).isFalse();
        assertThat(update(window, START + 300 * MILLI, DEFAULTS)).isTrue();
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
        BandwidthWindow window = window(announced);
        counters.transferredBytes = 10_000_000;
        counters.foreseesDowntime = true;
        counters.bytesAtLastSync = 2_000_000;
        update(window, START + 100 * MILLI, announced);
        assertThat(window.thresholdBytes()).isEqualTo(500_000);
        assertThat(window.expectedDowntimeMillis()).isEqualTo(2000);
        assertThat(window.bytesPerSecond()).isEqualTo(100_000_000);
    }

    @Test
    void theDowntimeIsExpectedOnceItCanBeForeseen() {
        BandwidthWindow window = window(DEFAULTS);
        counters.bytesAtLastSync = 50_000_000;
        counters.transferredBytes = 10_001;
        update(window, START + 100 * MILLI, DEFAULTS);
        assertThat(window.expectedDowntimeMillis()).isEqualTo(300);

        counters.foreseesDowntime = true;
        counters.transferredBytes += 10_000_000;
        update(window, START + 200 * MILLI, DEFAULTS);
        assertThat(window.expectedDowntimeMillis()).isEqualTo(500);

        counters.transferredBytes += 10_000;
        counters.bytesAtLastSync = 1;
        update(window, START + 300 * MILLI, DEFAULTS);
        assertThat(window.expectedDowntimeMillis()).as("too few bytes").isEqualTo(500);
    }

    @Test
    void aSyncForeseesTheDowntimeFromTheLastWindow() {
        BandwidthWindow window = window(DEFAULTS);
        window.foresee(30_000_000);
        assertThat(window.expectedDowntimeMillis()).isEqualTo(BandwidthWindow.FOREVER);
        counters.transferredBytes = 10_000_000;
        update(window, START + 100 * MILLI, DEFAULTS);
        window.foresee(30_000_000);
        assertThat(window.expectedDowntimeMillis()).isEqualTo(300);
        options.parameters(parameters(Map.of(Parameter.AVAIL_SWITCHOVER_BANDWIDTH, 1_000_000L)));
        window.foresee(30_000_000);
        assertThat(window.expectedDowntimeMillis()).as("as announced").isEqualTo(30_000);
    }

    @Test
    void aWindowThatRanDrySaysNothingAboutTheLink() {
        BandwidthWindow window = window(DEFAULTS);
        counters.transferredBytes = 10_000;
        window.ranDry();
        update(window, START + 100 * MILLI, DEFAULTS);
        assertThat(window.bytesPerSecond()).as("the limit").isEqualTo(128 << 20);

        counters.transferredBytes += 20_000_000;
        window.ranDry();
        update(window, START + 200 * MILLI, DEFAULTS);
        assertThat(window.bytesPerSecond()).as("as measured").isEqualTo(200_000_000);

        counters.transferredBytes += 10_000;
        update(window, START + 300 * MILLI, DEFAULTS);
        assertThat(window.bytesPerSecond()).as("a slow link that was busy").isEqualTo(100_000);
    }

    @Test
    void anUnlimitedLinkThatWasNeverBusyIsTakenForOneOfTheDefaultRate() {
        Parameters unlimited = parameters(Map.of(Parameter.MAX_BANDWIDTH, 0L));
        BandwidthWindow window = window(unlimited);
        window.ranDry();
        update(window, START + 100 * MILLI, unlimited);
        assertThat(window.thresholdBytes()).isEqualTo((128L << 20) * 300 / 1000);
    }

    @Test
    void whatTimeTakesIsSetAsideFromTheThreshold() {
        BandwidthWindow window = window(DEFAULTS);
        counters.transferredBytes = 10_000_000;
        update(window, START + 100 * MILLI, DEFAULTS);
        assertThat(window.reserveBytes(20 * MILLI)).isEqualTo(2_000_000);
        assertThat(window.reserveBytes(10_000 * MILLI)).as("half at most").isEqualTo(15_000_000);
    }

    @Test
    void anotherDowntimeLimitCountsFromTheNextWindow() {
        BandwidthWindow window = window(DEFAULTS);
        counters.transferredBytes = 10_000_000;
        update(window, START + 100 * MILLI, DEFAULTS);
        counters.transferredBytes += 10_000_000;
        Parameters patient = parameters(Map.of(Parameter.DOWNTIME_LIMIT, 2_000_000L));
        update(window, START + 200 * MILLI, patient);
        assertThat(window.thresholdBytes()).isEqualTo(100_000L * 2_000_000);
    }

    @Test
    void aTenthOfTheLimitMayBeSentPerWindow() {
        BandwidthWindow window = window(parameters(Map.of(Parameter.MAX_BANDWIDTH, 1_000_009L)));
        assertThat(window.allowanceBytes()).isEqualTo(100_000);
        counters.transferredBytes = 99_999;
        assertThat(window.allowanceBytes()).isEqualTo(1);
        counters.transferredBytes = 250_000;
        assertThat(window.allowanceBytes()).isZero();
        update(window, START + 100 * MILLI, DEFAULTS);
        assertThat(window.allowanceBytes()).isEqualTo(100_000);
        window.limit(2_000_000);
        assertThat(window.allowanceBytes()).isEqualTo(200_000);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 9})
    void lessThanTenBytesPerSecondIsUnlimited(long limit) {
        BandwidthWindow window = window(DEFAULTS);
        window.limit(limit);
        counters.transferredBytes = Long.MAX_VALUE / 2;
        assertThat(window.allowanceBytes()).isEqualTo(Long.MAX_VALUE);
    }
}
