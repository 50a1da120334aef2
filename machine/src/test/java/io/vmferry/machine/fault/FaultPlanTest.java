package io.vmferry.machine.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.status.Side;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FaultPlanTest {

    private static PlannedFault<PointName<?>> read(Side side, String text) {
        return FaultPlan.parse(side, List.of(text)).faults().getFirst();
    }

    @ParameterizedTest
    @MethodSource("io.vmferry.machine.telemetry.PointName#values")
    void everyPointIsAPlaceForTheSideThatReachesIt(PointName<?> name) {
        for (Side side : Side.values()) {
            boolean possible = name.reachedBy(side) && name != PointName.FAULT_INJECTED;
            if (possible) {
                assertThat(read(side, name.text() + "#2:kill").trigger())
                        .isEqualTo(
                                new Trigger.AtOccurrence<>(
                                        new Occurrence<>(name, Optional.empty()),
                                        2,
                                        OptionalInt.empty(),
                                        0));
            } else {
                assertThatThrownBy(() -> read(side, name.text() + ":kill"))
                        .hasMessageContaining("does not come to '" + name.text() + "'");
            }
        }
    }

    private static List<FaultActionKind> nodeActions() {
        return FaultActionKind.of(FaultHost.NODE);
    }

    @ParameterizedTest
    @MethodSource("nodeActions")
    void everyActionCanBeRead(FaultActionKind kind) {
        boolean timed = kind == FaultActionKind.STALL || kind == FaultActionKind.DELAY;
        String text = "device-save:" + kind.text() + (timed ? "(5ms)" : "");
        assertThat(read(Side.SOURCE, text).action().kind()).isEqualTo(kind);
    }

    @Test
    void aByteNamesTheChannelOfItsAction() {
        assertThat(read(Side.SOURCE, "byte(return-path)@1K:reset").action())
                .isEqualTo(new FaultAction.Reset(FaultChannel.of(ChannelRole.RETURN_PATH)));
        assertThat(read(Side.SOURCE, "byte(main)@1K:close(preempt)").action())
                .isEqualTo(new FaultAction.Close(FaultChannel.of(ChannelRole.PREEMPT)));
        assertThat(read(Side.SOURCE, "after 1s:reset").action())
                .isEqualTo(new FaultAction.Reset(FaultChannel.ALL));
        assertThat(read(Side.SOURCE, "after 1s:corrupt").action())
                .isEqualTo(new FaultAction.Corrupt(FaultChannel.of(ChannelRole.MAIN), 1));
    }

    @ParameterizedTest
    @CsvSource({
        "package-sent:bug, EXCEPTION",
        "pong(0x42):bug(exception), EXCEPTION",
        "pong(0x42)#2:bug(error), ERROR"
    })
    void aBugIsAnExceptionOrAnError(String text, InjectedBug.Type type) {
        assertThat(read(Side.SOURCE, text).action()).isEqualTo(new FaultAction.ThrowBug(type));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "nowhere:kill | there is no place 'nowhere': vmferry faults lists them",
                "package-snt:kill | there is no place 'package-snt', did you mean 'package-sent': ",
                "req-page:kill | there is no place 'req-page', did you mean 'req-pages': ",
                "openin:hang-up | there is no place 'openin', did you mean 'opening': ",
                "postcopy-paused:kill | did you mean 'status(postcopy-paused)': ",
                "connected:rest | there is no action 'rest', did you mean 'reset': expected one of kill, ",
                "connected:close(mian) | there is no channel 'mian', did you mean 'main': expected one",
                "connected:explode | there is no action 'explode'",
                "connected:kill(now) | 'now' is more than it takes: kill",
                "connected:close(side) | there is no channel 'side'",
                "connected:close(multifd(255)) | there is no channel 'multifd(255)': expected one of"
                        + " main, return-path, preempt, all, stream, multifd(N)",
                "connected:close(multifd) | there is no channel 'multifd': expected one of main,",
                "connected:stall | stall lacks its time: stall([CHANNEL,]TIME)",
                "connected:corrupt(0) | '0' is not a number of bytes",
                "connected@50%:kill | @ is for byte(CHANNEL), device-save, device-load, not for connected",
                "connected:fail | fail stands at device-load or device-save",
                "device-save@5%:fail | fail stands at device-load or device-save",
                "after 5ms:bug | bug stands at a protocol point, without @ and +",
                "byte(main)@1K:bug | bug stands at a protocol point, without @ and +",
                "device-save@5%:bug | bug stands at a protocol point, without @ and +",
                "connected+1ms:bug(error) | bug stands at a protocol point, without @ and +",
                "connected:bug(cat) | 'cat' is neither exception nor error",
                "connected:bug(error,2) | '2' is more than it takes: bug([exception|error])",
                "device-load:kill | a source does not come to 'device-load'",
                "byte(main):kill | expected byte(CHANNEL)@SIZE",
                "byte(all)@1K:kill | bytes are counted on one channel"
            })
    void saysWhatCannotBe(String text, String reason) {
        assertThatThrownBy(() -> read(Side.SOURCE, text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Fault '" + text + "': ")
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "opening:reword(device,switchover)",
                "status(active):reword(active,settling,2s)",
                "opening:lag(events,700ms)",
                "status(setup):event(FORECAST)",
                "status(setup)+5ms:event(MIGRATION,settling)",
                "status(active):hang-up"
            })
    void aPlanReachesTheMonitor(String text) {
        assertThat(read(Side.SOURCE, text).action()).isInstanceOf(FaultAction.OnMonitor.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "opening:kill|opening is for what happens to a monitor",
                "opening:lag(words,1s)|neither replies nor events",
                "opening:reword(device)|lacks its word",
                "opening:reword(a b,c)|is no word"
            })
    void whatCannotHappenToAMonitorIsRejected(String text, String why) {
        assertThatThrownBy(() -> read(Side.SOURCE, text)).hasMessageContaining(why);
    }
}
