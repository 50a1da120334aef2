package io.vmferry.machine.descriptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DescriptorNamesTest {

    private static final DescriptorNames NONE =
            name -> {
                throw new DescriptorException("none is named " + name);
            };

    @Test
    void whatBeginsWithADigitIsInherited() throws IOException {
        Descriptor inherited = NONE.takeOrInherit("1000000");
        assertThat(inherited.release()).isEqualTo(1_000_000);
        assertThatThrownBy(() -> NONE.takeOrInherit("a1")).hasMessage("none is named a1");
        assertThatThrownBy(() -> NONE.take("1")).hasMessage("none is named 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1a", "2147483648", "9999999999999999999999", "1 "})
    void aNumberIsOneToItsEnd(String text) {
        assertThatThrownBy(() -> NONE.takeOrInherit(text))
                .hasMessage("Invalid file descriptor number '%s'", text);
    }

    @Test
    void aCommandLineKnowsNoNames() {
        assertThatThrownBy(() -> DescriptorNames.INHERITED.takeOrInherit("migrate"))
                .hasMessage("Invalid file descriptor number 'migrate'");
        assertThatThrownBy(() -> DescriptorNames.INHERITED.takeOrInherit(""))
                .hasMessage("Invalid file descriptor number ''");
    }
}
