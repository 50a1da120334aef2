package io.vmferry.dest.incoming.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PayloadMemoryTest {

    private final PayloadMemory memory = new PayloadMemory(100);
    private final List<String> tried = new ArrayList<>();

    /** A channel that tries again when it is told. */
    private void take(String channel, int bytes) {
        if (memory.take(bytes, () -> take(channel, bytes))) {
            tried.add(channel);
        }
    }

    @Test
    void whoFindsNoneIsServedInOrderWhenThereIsSome() {
        take("a", 60);
        take("b", 60);
        take("c", 10);
        take("d", 90);
        take("e", 10);
        assertThat(tried).containsExactly("a", "b");
        memory.free(60);
        assertThat(tried).containsExactly("a", "b", "c", "d");
        memory.free(60);
        assertThat(tried).hasSize(4);
        memory.free(90);
        assertThat(tried).containsExactly("a", "b", "c", "d", "e");
    }

    /** Even one that is larger than all there is, when nobody else has any. */
    @Test
    void oneCanAlwaysGoOn() {
        take("large", 1000);
        assertThat(tried).containsExactly("large");
    }
}
