package io.vmferry.dest.incoming;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.memory.RamBlock;
import io.vmferry.protocol.options.Capability;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

/**
 * A source discards pages for a postcopy and then ends the migration as a precopy. QEMU 11.1
 * completes it, 7.2 and 10.0 wait for ever; in all of them the discarded pages are zeros.
 */
class DiscardBeforePrecopyEndTest {

    private static byte firstByte(Destination here, int page) {
        RamBlock block = here.ram.block(Destination.BLOCK).orElseThrow();
        return block.segment().get(ValueLayout.JAVA_BYTE, page * 4096L);
    }

    @Test
    void whatWasDiscardedAndNotSentAgainIsZeros() {
        Destination.Plan plan = new Destination.Plan();
        plan.capabilities.add(Capability.POSTCOPY_RAM);
        try (Destination here = new Destination(plan)) {
            here.load(
                    new StreamBytes()
                            .beginPostcopy()
                            .page(Destination.BLOCK_NAME, 1, 0x11)
                            .page(Destination.BLOCK_NAME, 2, 0x22)
                            .page(Destination.BLOCK_NAME, 3, 0x33)
                            .discard(2, 2)
                            .page(Destination.BLOCK_NAME, 3, 0x44)
                            .ramEnd()
                            .eof()
                            .hex("06 00000000")
                            .bytes());
            here.assertCompleted();
            assertThat(firstByte(here, 1)).isEqualTo((byte) 0x11);
            assertThat(firstByte(here, 2)).isZero();
            assertThat(firstByte(here, 3)).isEqualTo((byte) 0x44);
        }
    }
}
