package io.vmferry.machine.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.vmferry.protocol.status.RunState;
import io.vmferry.protocol.stream.StateWriter;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import io.vmferry.protocol.stream.VmDescription.Field;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BuiltInDevicesTest {
    @Test
    void timerHasTheLayoutOfVersion2() throws StreamException {
        byte[] payload =
                HexFormat.of().parseHex("fffffffffffffff600000000000000000000000000000037");
        TimerDevice timer = new TimerDevice();
        assertThat(Payloads.of(timer)).isEqualTo(new byte[24]);
        Payloads.loadByteByByte(timer.loader(2), payload);
        assertThat(Payloads.of(timer)).isEqualTo(payload);
        Payloads.load(timer.loader(1), new byte[16]);
        assertThat(Payloads.of(timer)).startsWith(new byte[16]).endsWith(0, 0x37);
        StateWriter writer = new StateWriter(Unpooled.buffer());
        timer.save(writer);
        assertThat(writer.fields())
                .isEqualTo(
                        List.of(
                                new Field("cpu_ticks_offset", "int64", 8),
                                new Field("unused", "unused_buffer", 8),
                                new Field("cpu_clock_offset", "int64", 8)));
    }

    @ParameterizedTest
    @EnumSource(RunState.class)
    void globalStateCarriesEveryRunState(RunState state) throws StreamException {
        for (boolean modern : new boolean[] {true, false}) {
            byte[] payload = Payloads.of(new GlobalStateDevice(() -> state, modern));
            assertThat(payload).hasSize(104);
            GlobalStateDevice target = new GlobalStateDevice(() -> RunState.INMIGRATE);
            assertThat(target.loaded()).isEmpty();
            Payloads.loadByteByByte(target.loader(1), payload);
            assertThat(target.loaded()).hasValue(state);
        }
    }

    @Test
    void globalStateHasTheBytesOfQemu() {
        byte[] expected = new byte[104];
        expected[3] = 8;
        System.arraycopy("running".getBytes(StandardCharsets.US_ASCII), 0, expected, 4, 7);
        assertThat(Payloads.of(new GlobalStateDevice(() -> RunState.RUNNING, false)))
                .isEqualTo(expected);
        expected[36] = 1;
        assertThat(Payloads.of(new GlobalStateDevice(() -> RunState.RUNNING))).isEqualTo(expected);
    }

    @Test
    void globalStateRefusesAnUnknownRunState() {
        byte[] payload = Payloads.of(new GlobalStateDevice(() -> RunState.RUNNING));
        Arrays.fill(payload, 4, 36, (byte) 'x');
        payload[5] = 7;
        GlobalStateDevice target = new GlobalStateDevice(() -> RunState.INMIGRATE);
        assertThatThrownBy(() -> Payloads.load(target.loader(1), payload))
                .isInstanceOfSatisfying(
                        StreamException.class,
                        e -> assertThat(e.error()).isEqualTo(StreamError.UNKNOWN_RUN_STATE))
                .hasMessageStartingWith("The source sent the unknown run state 'x?xxx");
        assertThat(target.loaded()).isEmpty();
    }
}
