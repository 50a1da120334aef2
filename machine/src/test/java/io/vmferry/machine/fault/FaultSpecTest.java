package io.vmferry.machine.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FaultSpecTest {

    @Test
    void readsEveryPartOfAPlace() {
        FaultSpec spec = FaultSpec.parse("device-load(virtio-net)#2@50%+3ms : stall(main, 2s)");
        assertThat(spec.where())
                .isEqualTo(
                        new FaultPlace.At(
                                new FaultTerm("device-load", List.of("virtio-net")),
                                2,
                                OptionalInt.of(50),
                                OptionalLong.empty(),
                                3_000_000));
        assertThat(spec.what()).isEqualTo(new FaultTerm("stall", List.of("main", "2s")));
    }

    @Test
    void takesBytesInAllTheirSpellings() {
        for (String size : List.of("1M", "1MiB", "1048576")) {
            var at = (FaultPlace.At) FaultSpec.parse("byte(main)@" + size + ":reset").where();
            assertThat(at.bytes()).hasValue(1 << 20);
        }
    }

    @Test
    void looksForMarksOutsideOfParenthesesOnly() {
        FaultSpec spec = FaultSpec.parse("status(a:b#c@d+e):swap(pong(4),x)");
        assertThat(((FaultPlace.At) spec.where()).term().arguments()).containsExactly("a:b#c@d+e");
        assertThat(spec.what().arguments()).containsExactly("pong(4)", "x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "after 200ms:kill",
                "req-pages#100:close",
                "device-load(virtio-net)@50%:kill",
                "byte(main)@1MiB:corrupt(4)",
                "byte(main)@4097:reset",
                "package-sent+5us:stall(main,2s)",
                "pong(0x42):drop"
            })
    void printsWhatItReads(String text) {
        assertThat(FaultSpec.parse(text)).hasToString(text);
        assertThat(FaultSpec.parse(FaultSpec.parse(text).toString()))
                .isEqualTo(FaultSpec.parse(text));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "kill | expected WHERE:WHAT",
                "after soon:kill | 'soon' is not a time",
                "pong(1:kill | expected WHERE:WHAT",
                "a:b) | 'b)' is not NAME",
                "a#0:kill | '0' is not the ordinal",
                "a#x:kill | 'x' is not the ordinal",
                "a@101%:kill | '101' is not the percentage",
                "a@much:kill | 'much' is not a size",
                "a+3:kill | '3' is not a time",
                ":kill | a place or an action is missing: expected WHERE:WHAT"
            })
    void saysWhatIsWrong(String text, String reason) {
        assertThatThrownBy(() -> FaultSpec.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Fault '" + text + "': ")
                .hasMessageContaining(reason);
    }
}
