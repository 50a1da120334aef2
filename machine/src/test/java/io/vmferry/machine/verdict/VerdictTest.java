package io.vmferry.machine.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import io.vmferry.machine.metrics.Metric;
import io.vmferry.machine.metrics.Readings;
import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.machine.oracle.OracleVerdict;
import io.vmferry.machine.oracle.WrongPage;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import io.vmferry.protocol.status.Side;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class VerdictTest {

    private static final WrongPage PAGE =
            new WrongPage(
                    "ram",
                    0x3000,
                    1,
                    OptionalLong.of(1042),
                    OptionalLong.of(41),
                    2,
                    "byte 7 differs");

    private static final MemoryProof PROVED =
            MemoryProof.of(new OracleVerdict(true, 65_536, 4096, 4000, 0, Optional.empty()));

    private static final MemoryProof WRONG =
            MemoryProof.of(new OracleVerdict(false, 65_536, 4096, 3999, 1, Optional.of(PAGE)));

    private static Verdict arrived(MemoryProof memory, String... warnings) {
        return new Verdict(
                Side.DESTINATION,
                MigrationStatus.COMPLETED,
                true,
                GuestPlace.RUNS_HERE,
                "the guest runs here",
                Optional.empty(),
                memory,
                List.of(warnings));
    }

    private static final Verdict FAILED =
            Verdict.ofSource(
                    MigrationStatus.FAILED,
                    true,
                    GuestPlace.STOPPED_HERE,
                    "the guest is here, paused as before",
                    Optional.of("cut"),
                    List.of());

    @Test
    void aClientThatStopsTheGuestChangesWhereItIs() {
        Verdict running = arrived(PROVED);
        assertThat(running.now(RunState.RUNNING, false)).isEqualTo(running);
        Verdict stopped = running.now(RunState.PAUSED, false);
        assertThat(stopped.guest()).isEqualTo(GuestPlace.STOPPED_HERE);
        assertThat(stopped.fate()).isEqualTo("the guest is here, paused");
        assertThat(stopped.now(RunState.RUNNING, false)).isEqualTo(running);
    }

    /** Two guests run then, unless a lease keeps the second one from it. */
    @Test
    void aGuestThatIsContinuedAfterItHasMovedRunsHere() {
        Verdict moved =
                Verdict.ofSource(
                        MigrationStatus.COMPLETED,
                        true,
                        GuestPlace.PEER,
                        "the guest has moved",
                        Optional.empty(),
                        List.of());
        assertThat(moved.now(RunState.POSTMIGRATE, false)).isEqualTo(moved);
        Verdict again = moved.now(RunState.RUNNING, false);
        assertThat(again.guest()).isEqualTo(GuestPlace.RUNS_HERE);
        assertThat(again.warnings()).containsExactly(Verdict.NO_LEASE);
        assertThat(moved.now(RunState.RUNNING, true).warnings()).isEmpty();
    }

    @Test
    void theJsonSaysWhatTheRecordSays() {
        assertThat(VerdictJson.of(arrived(WRONG, "a device is missing")).toString())
                .isEqualTo(
                        """
                        {"side":"destination","status":"completed","settled":true,\
                        "guest":"runs-here","fate":"the guest runs here",\
                        "memory":{"state":"wrong",\
                        "text":"Memory is wrong: 1 of 65,536 pages, first ram+0x3000 (last written by\
                         vCPU 1 in step 1,042, last received in pass 2): byte 7 differs",\
                        "checked-pages":65536,"written-pages":3999,"wrong-pages":1,\
                        "first-wrong":{"block":"ram","offset":12288,"vcpu":1,"written-step":1042,\
                        "found-step":41,"pass":2,"text":"byte 7 differs"}},\
                        "warnings":["a device is missing"]}\
                        """);
        JsonNode failed = VerdictJson.of(FAILED);
        assertThat(failed.path("reason").asText()).isEqualTo("cut");
        assertThat(failed.at("/memory/state").asText()).isEqualTo("unchecked");
    }

    @ParameterizedTest
    @EnumSource
    void theJsonFitsItsType(Profile profile) {
        for (Verdict verdict : List.of(arrived(PROVED), arrived(WRONG, "warning"), FAILED)) {
            assertThatCode(() -> VerdictTypes.of(profile).check(VerdictJson.of(verdict)))
                    .as(verdict.toString())
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void commandAndEventHaveTheSameContent() throws Exception {
        CommandTable.Builder table = CommandTable.builder(Profile.QEMU_10_2);
        Verdict verdict = arrived(PROVED);
        new VerdictCommand(Profile.QEMU_10_2, () -> verdict).addTo(table);
        assertThat(table.find("x-vmferry-verdict")).isPresent();
        assertThat(VerdictCommand.event(verdict).name()).isEqualTo("X_VMFERRY_VERDICT");
        assertThat(VerdictCommand.event(verdict).data()).hasValue(VerdictJson.of(verdict));
    }

    @Test
    void theTextHasALineForEachThing() {
        assertThat(VerdictText.of(FAILED, List.of(VerdictText.line("total", "3 s"))))
                .isEqualTo(
                        """
                        migration failed: the guest is here, paused as before
                          reason     cut
                          total      3 s\
                        """);
        assertThat(VerdictText.of(arrived(PROVED, "beware"), List.of()))
                .isEqualTo(
                        """
                        migration completed: the guest runs here
                          oracle     Memory is what the guest last wrote: 65,536 pages checked,\
                         4,000 of them written
                          warning    beware\
                        """);
    }

    @Test
    void memoryWithoutContentProvesNothing() {
        MemoryProof nothing =
                MemoryProof.of(new OracleVerdict(true, 65_536, 0, 0, 0, Optional.empty()));
        assertThat(nothing.state()).isEqualTo(MemoryState.NOTHING_WRITTEN);
        assertThat(nothing.text())
                .isEqualTo(
                        "Memory is what the guest last wrote, which is nothing: 65,536 pages checked,"
                                + " so this proves nothing");
        Verdict verdict = arrived(nothing);
        assertThat(verdict.damaged()).isFalse();
        assertThat(verdict.warnings()).singleElement().asString().contains("--workload");
        assertThat(verdict.contradicted(0).warnings()).hasSize(1);
    }

    @Test
    void memoryWithContentIsProved() {
        assertThat(PROVED.state()).isEqualTo(MemoryState.PROVED);
        assertThat(PROVED.text())
                .isEqualTo(
                        "Memory is what the guest last wrote: 65,536 pages checked, 4,000 of them"
                                + " written");
        assertThat(arrived(PROVED).warnings()).isEmpty();
    }

    @Test
    void whatAVcpuFindsLaterCounts() {
        Verdict later = arrived(PROVED).contradicted(1);
        assertThat(later.damaged()).isTrue();
        assertThat(later.memory().text()).startsWith("Memory is wrong: 1 of the vCPUs found");
        assertThat(arrived(PROVED).contradicted(0)).isEqualTo(arrived(PROVED));
        assertThat(VerdictText.of(later, List.of()))
                .endsWith("\n  " + VerdictText.line("oracle", later.memory().text()));
    }

    @Test
    void aCheckThatFoundWrongPagesSaysMoreThanAVcpu() {
        assertThat(arrived(WRONG).contradicted(2)).isEqualTo(arrived(WRONG));
    }

    @Test
    void metricsHaveOneForWhatIsSo() {
        Readings readings = new Readings();
        VerdictReadings.read(arrived(WRONG, "warning"), readings);
        assertThat(readings.value(Metric.VERDICT_SETTLED, "")).isOne();
        assertThat(readings.value(Metric.VERDICT_GUEST, "runs-here")).isOne();
        assertThat(readings.value(Metric.VERDICT_GUEST, "nowhere")).isZero();
        assertThat(readings.value(Metric.VERDICT_MEMORY, "wrong")).isOne();
        assertThat(readings.value(Metric.VERDICT_MEMORY, "proved")).isZero();
        assertThat(readings.value(Metric.VERDICT_PAGES, "written")).isEqualTo(3999);
        assertThat(readings.value(Metric.VERDICT_WARNINGS, "")).isOne();
    }
}
