package io.vmferry.machine.commands;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.dirtyrate.DirtyRateMeter;
import io.vmferry.machine.link.ManualLoop;
import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.RamBlockSpec;
import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.protocol.profile.Profile;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expected replies were recorded from QEMU 7.2 and 11.1. */
class DirtyRateCommandsTest {

    private final ManualLoop loop = new ManualLoop();
    private final GuestRam ram = GuestRam.allocate(List.of(new RamBlockSpec("ram", 1 << 20)));

    @AfterEach
    void unmap() {
        ram.close();
    }

    private Asked guest(Profile profile) {
        CommandTable.Builder table = CommandTable.builder(profile);
        DirtyRateMeter meter =
                new DirtyRateMeter(
                        ram,
                        loop,
                        task -> Thread.ofPlatform().daemon().start(task),
                        () -> 12_554_321,
                        new SplittableRandom(4));
        new DirtyRateCommands(meter, profile).addTo(table);
        return new Asked(table);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    QEMU_7_2  | 'calc-time':0                                  | calc-time is out of range[1, 60].
                    QEMU_7_2  | 'calc-time':61                                 | calc-time is out of range[1, 60].
                    QEMU_7_2  | 'calc-time':-1                                 | calc-time is out of range[1, 60].
                    QEMU_7_2  | 'calc-time':100,'calc-time-unit':'millisecond' | Parameter 'calc-time-unit' is unexpected
                    QEMU_11_1 | 'calc-time':0                                  | Calculation time is out of range [50ms, 60000ms].
                    QEMU_11_1 | 'calc-time':61                                 | Calculation time is out of range [50ms, 60000ms].
                    QEMU_11_1 | 'calc-time':-9223372036854775808               | Calculation time is out of range [50ms, 60000ms].
                    QEMU_11_1 | 'calc-time':1152921504606846976                | Calculation time is out of range [50ms, 60000ms].
                    QEMU_11_1 | 'calc-time':49,'calc-time-unit':'millisecond'  | Calculation time is out of range [50ms, 60000ms].
                    QEMU_11_1 | 'calc-time':60001,'calc-time-unit':'millisecond' | Calculation time is out of range [50ms, 60000ms].
                    QEMU_11_1 | 'calc-time':1,'sample-pages':127               | sample-pages is out of range[128, 16384].
                    QEMU_7_2  | 'calc-time':1,'sample-pages':16385             | sample-pages is out of range[128, 16384].
                    QEMU_11_1 | 'calc-time':1,'mode':'dirty-ring'              | mode dirty-ring is not enabled, use other method instead.
                    QEMU_11_1 | 'calc-time':1,'mode':'dirty-ring','sample-pages':512   | sample-pages is used only in page-sampling mode
                    QEMU_11_1 | 'calc-time':1,'mode':'dirty-bitmap','sample-pages':512 | sample-pages is used only in page-sampling mode
                    QEMU_11_1 | 'calc-time':1,'mode':'x'                       | Parameter 'mode' does not accept value 'x'
                    """)
    void refuses(Profile profile, String arguments, String refusal) {
        Asked guest = guest(profile);
        assertThat(guest.ask("calc-dirty-rate", "{" + arguments + "}"))
                .containsExactly("error: " + refusal);
        assertThat(guest.ask("query-dirty-rate").getFirst()).contains("'status':'unstarted'");
    }

    @Test
    void tellsAMeasurementFromStartToEnd() {
        Asked guest = guest(Profile.QEMU_11_1);
        assertThat(guest.ask("query-dirty-rate"))
                .containsExactly(
                        "{'status':'unstarted','start-time':0,'calc-time':0,"
                                + "'calc-time-unit':'second','sample-pages':0,"
                                + "'mode':'page-sampling'}");
        assertThat(
                        guest.ask(
                                "calc-dirty-rate",
                                "{'calc-time':1500,'calc-time-unit':'millisecond',"
                                        + "'mode':'dirty-bitmap'}"))
                .containsExactly("{}");
        assertThat(guest.ask("query-dirty-rate"))
                .containsExactly(
                        "{'status':'measuring','start-time':12554,'calc-time':1,"
                                + "'calc-time-unit':'second','sample-pages':512,"
                                + "'mode':'dirty-bitmap'}");
        assertThat(guest.ask("calc-dirty-rate", "{'calc-time':0}"))
                .containsExactly("error: the dirty rate is already being measured.");
        loop.advanceMillis(1500);
        assertThat(guest.ask("query-dirty-rate", "{'calc-time-unit':'millisecond'}"))
                .containsExactly(
                        "{'dirty-rate':0,'status':'measured','start-time':12554,"
                                + "'calc-time':1500,'calc-time-unit':'millisecond',"
                                + "'sample-pages':0,'mode':'dirty-bitmap'}");
    }

    @Test
    void anOldVersionKnowsNoUnits() {
        Asked guest = guest(Profile.QEMU_7_2);
        assertThat(guest.ask("query-dirty-rate"))
                .containsExactly(
                        "{'status':'unstarted','start-time':0,'calc-time':0,"
                                + "'sample-pages':0,'mode':'page-sampling'}");
        assertThat(guest.ask("query-dirty-rate", "{'calc-time-unit':'second'}"))
                .containsExactly("error: Parameter 'calc-time-unit' is unexpected");
    }
}
