package io.vmferry.source.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.protocol.options.Capabilities;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.options.OptionException;
import io.vmferry.protocol.options.Parameters;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.source.outgoing.OutgoingFigures;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which members a status has, and what they are made of. */
class OutgoingReportTest {

    private static final long MILLI = 1_000_000;

    private MigrationStatus status = MigrationStatus.ACTIVE;
    private Profile profile = Profile.QEMU_10_2;
    private OptionalLong vfio = OptionalLong.empty();
    private int throttle;
    private Optional<String> error = Optional.empty();
    private Capabilities capabilities = Capabilities.none();

    private JsonNode report() {
        OutgoingFigures.RamFigures ram =
                new OutgoingFigures.RamFigures(
                        2_000_000,
                        4096 * 7,
                        1 << 20,
                        11,
                        13,
                        17,
                        19.5,
                        2_437_500,
                        23,
                        0,
                        29,
                        1_500_000,
                        300_000,
                        200_000,
                        0,
                        List.of(),
                        new OutgoingFigures.XbzrleFigures(5, 123, 7, 0.5, 33.25, 2, 3));
        OutgoingFigures figures =
                new OutgoingFigures(
                        status,
                        1600 * MILLI + 900_000,
                        100 * MILLI + 900_000,
                        42 * MILLI + 1,
                        Map.of(),
                        0,
                        250,
                        ram,
                        4096 * 8,
                        vfio,
                        throttle,
                        false,
                        error);
        return OutgoingReport.of(
                figures, new MigrationOptions(profile, capabilities, Parameters.defaults(profile)));
    }

    private JsonNode report(MigrationStatus of) {
        status = of;
        return report();
    }

    private static List<String> members(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @ParameterizedTest
    @EnumSource(names = {"SETUP", "WAIT_UNPLUG", "FAILED", "CANCELLED", "COLO"})
    void someHaveOnlyAStatus(MigrationStatus of) {
        throttle = 20;
        vfio = OptionalLong.of(1);
        assertThat(report(of).toString()).isEqualTo("{\"status\":\"" + of.text() + "\"}");
    }

    @ParameterizedTest
    @EnumSource(names = {"ACTIVE", "PRE_SWITCHOVER", "DEVICE", "CANCELLING", "FAILING"})
    void inPrecopyADowntimeIsExpected(MigrationStatus of) {
        assertThat(members(report(of)))
                .containsExactly("status", "total-time", "setup-time", "expected-downtime", "ram");
        assertThat(report().get("expected-downtime").asInt()).isEqualTo(250);
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "POSTCOPY_DEVICE",
                "POSTCOPY_ACTIVE",
                "POSTCOPY_PAUSED",
                "POSTCOPY_RECOVER_SETUP",
                "POSTCOPY_RECOVER",
                "COMPLETED"
            })
    void afterTheHandOverTheDowntimeIsKnown(MigrationStatus of) {
        assertThat(members(report(of)))
                .containsExactly("status", "total-time", "setup-time", "downtime", "ram");
        assertThat(report().get("downtime").asInt()).isEqualTo(42);
    }

    @ParameterizedTest
    @EnumSource(names = {"POSTCOPY_ACTIVE", "POSTCOPY_PAUSED", "POSTCOPY_RECOVER"})
    void theOldestExpectsADowntimeUntilItIsCompleted(MigrationStatus of) {
        profile = Profile.QEMU_7_2;
        assertThat(members(report(of)))
                .containsExactly("status", "total-time", "setup-time", "expected-downtime", "ram");
        assertThat(members(report(MigrationStatus.COMPLETED)))
                .containsExactly("status", "total-time", "setup-time", "downtime", "ram");
    }

    @Test
    void timesAreWholeMilliseconds() {
        assertThat(report().get("total-time").toString()).isEqualTo("1600");
        assertThat(report().get("setup-time").toString()).isEqualTo("100");
    }

    @Test
    void ramHasAllMembersInItsUnits() {
        assertThat(report().get("ram").toString())
                .isEqualTo(
                        "{\"transferred\":2000000,\"remaining\":28672,\"total\":1048576,"
                                + "\"duplicate\":11,\"normal\":13,\"normal-bytes\":53248,"
                                + "\"dirty-pages-rate\":17,\"mbps\":19.5,\"dirty-sync-count\":23,"
                                + "\"postcopy-requests\":0,\"page-size\":4096,\"multifd-bytes\":0,"
                                + "\"pages-per-second\":29,\"precopy-bytes\":1500000,"
                                + "\"downtime-bytes\":300000,\"postcopy-bytes\":200000,"
                                + "\"dirty-sync-missed-zero-copy\":0}");
    }

    @Test
    void inTheEndNothingRemainsAndTheMeanRateIsTold() {
        JsonNode ram = report(MigrationStatus.COMPLETED).get("ram");
        assertThat(ram.get("remaining").asLong()).isZero();
        assertThat(ram.get("dirty-pages-rate").asLong()).isZero();
        assertThat(ram.get("pages-per-second").asLong()).as("of the last window").isEqualTo(29);
        assertThat(ram.get("mbps").asDouble())
                .as("all bytes over 1500 ms")
                .isEqualTo(2_000_000 * 8.0 / 1500 / 1000);
    }

    @Test
    void membersComeAndGoWithVersions() {
        profile = Profile.QEMU_8_2;
        assertThat(members(report().get("ram"))).contains("skipped");
        profile = Profile.QEMU_9_2;
        assertThat(members(report().get("ram"))).doesNotContain("skipped");
        assertThat(members(report())).doesNotContain("remaining");
        profile = Profile.QEMU_11_1;
        assertThat(report().get("remaining").asLong()).as("RAM and devices").isEqualTo(32768);
        assertThat(members(report(MigrationStatus.POSTCOPY_ACTIVE))).contains("remaining");
        assertThat(members(report(MigrationStatus.COMPLETED))).doesNotContain("remaining");
    }

    @Test
    void anOldVersionCountsOnlyRamAsTransferred() {
        profile = Profile.QEMU_7_2;
        assertThat(report().at("/ram/transferred").asLong()).isEqualTo(2_000_000);
    }

    @Test
    void anOldVersionTellsItsErrorOnlyOfAFailure() {
        error = Optional.of("lost");
        assertThat(report(MigrationStatus.CANCELLED).path("error-desc").asText()).isEqualTo("lost");
        profile = Profile.QEMU_7_2;
        assertThat(members(report(MigrationStatus.CANCELLED))).containsExactly("status");
        assertThat(report(MigrationStatus.FAILED).path("error-desc").asText()).isEqualTo("lost");
    }

    @Test
    void throttlingAndVfioAreToldWhereThereIsSome() {
        throttle = 30;
        vfio = OptionalLong.of(5000);
        assertThat(report().get("cpu-throttle-percentage").asInt()).isEqualTo(30);
        assertThat(report().get("vfio").toString()).isEqualTo("{\"transferred\":5000}");
    }

    @Test
    void theCacheIsThereWithTheCapabilityWhereverRamIs() throws OptionException {
        assertThat(report(MigrationStatus.COMPLETED).has("xbzrle-cache")).isFalse();
        capabilities =
                Capabilities.none()
                        .with(Map.of(Capability.XBZRLE, true), profile, Set.of(Capability.XBZRLE));
        for (MigrationStatus each : MigrationStatus.values()) {
            JsonNode report = report(each);
            assertThat(report.has("xbzrle-cache")).as(each.text()).isEqualTo(report.has("ram"));
        }
        assertThat(report(MigrationStatus.ACTIVE).path("xbzrle-cache").toString())
                .isEqualTo(
                        "{\"cache-size\":67108864,\"bytes\":123,\"pages\":5,\"cache-miss\":7,"
                                + "\"cache-miss-rate\":0.5,\"encoding-rate\":33.25,\"overflow\":2}");
    }
}
