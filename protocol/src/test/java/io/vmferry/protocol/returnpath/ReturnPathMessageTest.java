package io.vmferry.protocol.returnpath;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ReturnPathMessageTest {

    @Test
    void everyTypeHasOneRecordOfItsName() {
        assertThat(Arrays.stream(ReturnPathMessage.class.getPermittedSubclasses()))
                .extracting(record -> plain(record.getSimpleName()))
                .containsExactlyInAnyOrderElementsOf(
                        EnumSet.allOf(ReturnPathType.class).stream()
                                .map(type -> plain(type.name()))
                                .toList());
    }

    @ParameterizedTest
    @MethodSource("io.vmferry.protocol.returnpath.ReturnPathReaderTest#messages")
    void aRecordTellsTheTypeOfItsName(ReturnPathMessage message) {
        assertThat(plain(message.type().name()))
                .isEqualTo(plain(message.getClass().getSimpleName()));
    }

    /** Reader and writer are tested with these examples, so none may be missing. */
    @Test
    void everyTypeIsAmongTheExamples() {
        assertThat(ReturnPathReaderTest.messages())
                .extracting(example -> ((ReturnPathMessage) example.get()[0]).type())
                .containsExactlyInAnyOrder(ReturnPathType.values());
    }

    @ParameterizedTest
    @EnumSource(ReturnPathType.class)
    void aTypeIsFoundByItsCode(ReturnPathType type) {
        assertThat(ReturnPathType.ofCode(type.code())).contains(type);
    }

    @Test
    void noOtherCodeIsAType() {
        assertThat(ReturnPathType.ofCode(0)).isEmpty();
        assertThat(ReturnPathType.ofCode(8)).isEmpty();
    }

    @Test
    void aBlockHasAName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ReturnPathMessage.ReqPagesId(0, 4096, ""));
    }

    @Test
    void aBitmapKnowsItsPages() {
        long[] words = {1, 1L << 63};
        ReceivedBitmap bitmap = ReceivedBitmap.copyOf(words);
        words[0] = 0;
        assertThat(bitmap.word(0)).isEqualTo(1);
        assertThat(bitmap.word(1)).isEqualTo(1L << 63);
        assertThat(ReceivedBitmap.wireBytes(1)).isEqualTo(8);
        assertThat(ReceivedBitmap.wireBytes(64)).isEqualTo(8);
        assertThat(ReceivedBitmap.wireBytes(65)).isEqualTo(16);
        assertThat(ReceivedBitmap.wireBytes(4096)).isEqualTo(512);
    }

    private static String plain(String name) {
        return name.replace("_", "").toUpperCase(Locale.ROOT);
    }
}
