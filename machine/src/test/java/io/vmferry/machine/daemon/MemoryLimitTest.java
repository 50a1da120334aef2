package io.vmferry.machine.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MemoryLimitTest {

    private static final long GIBIBYTE = 1L << 30;

    /**
     * Heap that a node started by the scripts can use: its {@code -Xmx} less what the collector
     * keeps.
     */
    private static final long HEAP = 92L << 20;

    @Test
    void theHeapOfTheScriptsIsEnoughForAQuarterOfATebibyte() {
        assertThat(MemoryLimit.refusal(256 * GIBIBYTE, HEAP)).isEmpty();
    }

    @Test
    void moreMemoryNeedsMoreHeapAndSaysHowMuch() {
        assertThat(MemoryLimit.refusal(1024 * GIBIBYTE, HEAP))
                .contains(
                        "--memory 1 TiB: its page bitmaps need 248 MiB of the daemon's own"
                                + " memory, which may have 92:"
                                + " start it with -Xmx248m in JAVA_OPTS, in an image in _JAVA_OPTIONS");
        assertThat(MemoryLimit.refusal(1024 * GIBIBYTE, 248L << 20)).isEmpty();
    }

    @Test
    void noHeapIsEnoughForABitmapThatNoMessageHolds() {
        assertThat(MemoryLimit.refusal(32L << 40, Long.MAX_VALUE)).isEmpty();
        assertThat(MemoryLimit.refusal((32L << 40) + 4096, Long.MAX_VALUE).orElseThrow())
                .endsWith("is more than 32 TiB, the most that a guest may have");
        assertThat(MemoryLimit.refusal(Long.MAX_VALUE & -4096, Long.MAX_VALUE)).isPresent();
    }
}
