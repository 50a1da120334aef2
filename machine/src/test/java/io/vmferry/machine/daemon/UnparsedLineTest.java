package io.vmferry.machine.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class UnparsedLineTest {

    @Test
    void findsEachValueInBothForms() {
        UnparsedLine line =
                new UnparsedLine(List.of("--name", "a", "--names=x", "--name=b", "--name"));
        assertThat(line.values("--name")).containsExactly("a", "b");
        assertThat(line.values("--once")).isEmpty();
        assertThat(line.name()).isEqualTo("b");
        assertThat(new UnparsedLine(List.of("--once")).name()).isEqualTo("guest");
    }
}
