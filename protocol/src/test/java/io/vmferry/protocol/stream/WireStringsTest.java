package io.vmferry.protocol.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class WireStringsTest {

    @Test
    void everyByteSurvives() {
        StringBuilder all = new StringBuilder();
        for (char c = 0; c < 255; c++) {
            all.append(c);
        }
        ByteBuf bytes = Unpooled.buffer();
        WireStrings.writeCstr(bytes, all.toString());
        assertThat(WireStrings.readCstr(bytes)).isEqualTo(all.toString());
        assertThat(bytes.isReadable()).isFalse();
    }

    @Test
    void aNameHasOneTo255Bytes() {
        WireStrings.requireName("n".repeat(255));
        assertThatIllegalArgumentException().isThrownBy(() -> WireStrings.requireName(""));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WireStrings.requireName("n".repeat(256)));
        assertThatIllegalArgumentException().isThrownBy(() -> WireStrings.requireName("\u20ac"));
    }

    @Test
    void aQuotedNameIsOneLine() {
        assertThat(WireStrings.quote("a\nb\u00e4")).isEqualTo("'a\\x0ab\\xe4'");
    }
}
