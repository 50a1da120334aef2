package io.vmferry.protocol.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names of channels, and the first bytes of their connections. */
class ChannelRoleTest {

    @ParameterizedTest
    @CsvSource({
        "main, Main channel",
        "return-path, Return path",
        "preempt, Preempt channel",
        "multifd(0), Multifd channel 0",
        "multifd(254), Multifd channel 254"
    })
    void hasANameForPlansAndOneForMessages(String text, String title) {
        ChannelRole role = ChannelRole.ofText(text).orElseThrow();
        assertThat(role).hasToString(text);
        assertThat(role.title()).isEqualTo(title);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "side",
                "main(0)",
                "multifd",
                "multifd(255)",
                "multifd(01)",
                "multifd(-1)"
            })
    void otherTextsAreNoNames(String text) {
        assertThat(ChannelRole.ofText(text)).isEmpty();
    }

    @Test
    void onlyMultifdIsThereSeveralTimes() {
        assertThat(ChannelRole.multifd(1)).isNotEqualTo(ChannelRole.multifd(2));
        assertThatThrownBy(() -> new ChannelRole(ChannelRole.ChannelKind.MAIN, 1))
                .hasMessage("There is no Main channel with index 1");
    }

    @ParameterizedTest
    @CsvSource({
        "'', SILENT",
        "51 45 56, SILENT",
        "51 45 56 4d, MAGIC",
        "56 4d 46 52, PREAMBLE",
        "11 22 33 44, MULTIFD",
        "08 00 01 00, COMMAND",
        "47 45 54 20, OTHER"
    })
    void theFirstBytesShowTheChannel(String hex, ChannelBeginning beginning) {
        byte[] bytes = HexFormat.ofDelimiter(" ").parseHex(hex);
        assertThat(ChannelBeginning.of(Unpooled.wrappedBuffer(bytes))).isEqualTo(beginning);
    }
}
