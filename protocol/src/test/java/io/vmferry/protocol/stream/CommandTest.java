package io.vmferry.protocol.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class CommandTest {

    @Test
    void everyTypeHasOneRecordOfItsName() {
        List<String> records =
                Arrays.stream(Command.class.getPermittedSubclasses())
                        .map(record -> plain(record.getSimpleName()))
                        .toList();
        assertThat(records)
                .containsExactlyInAnyOrderElementsOf(
                        EnumSet.allOf(CommandType.class).stream()
                                .map(type -> plain(type.name()))
                                .toList());
    }

    @ParameterizedTest
    @MethodSource("io.vmferry.protocol.stream.StreamWriterTest#commands")
    void aRecordTellsTheTypeOfItsName(Command command) {
        assertThat(plain(command.type().name()))
                .isEqualTo(plain(command.getClass().getSimpleName()));
    }

    @ParameterizedTest
    @EnumSource(CommandType.class)
    void aTypeIsFoundByItsCode(CommandType type) {
        assertThat(CommandType.ofCode(type.code())).contains(type);
    }

    @Test
    void noOtherCodeIsAType() {
        assertThat(CommandType.ofCode(0)).isEmpty();
        assertThat(CommandType.ofCode(12)).isEmpty();
        assertThat(CommandType.ofCode(0xFFFF)).isEmpty();
    }

    @Test
    void valuesOutOfRangeAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Command.Packaged(1L << 32));
        assertThatIllegalArgumentException().isThrownBy(() -> new Command.Packaged(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Command.RecvBitmap(""));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Command.PostcopyRamDiscard("ram", List.of()));
    }

    private static String plain(String name) {
        return name.replace("_", "").toUpperCase(Locale.ROOT);
    }
}
