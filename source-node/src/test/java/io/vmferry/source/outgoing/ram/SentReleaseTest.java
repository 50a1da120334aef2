package io.vmferry.source.outgoing.ram;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.memory.RamBlockSpec;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SentReleaseTest {

    private final GuestRam ram =
            GuestRam.allocate(
                    List.of(new RamBlockSpec("a", 8 * 4096), new RamBlockSpec("b", 8 * 4096)));
    private final RamBlock a = ram.blocks().getFirst();
    private final RamBlock b = ram.blocks().getLast();
    private final SentRelease release = new SentRelease();

    @BeforeEach
    void fill() {
        for (RamBlock block : ram.blocks()) {
            for (long page = 0; page < 8; page++) {
                block.willStore(page);
                block.segment().set(ValueLayout.JAVA_BYTE, page * 4096, (byte) 1);
            }
        }
    }

    @AfterEach
    void unmap() {
        ram.close();
    }

    private static long[] held(RamBlock block) {
        return LongStream.range(0, 8)
                .filter(page -> block.segment().get(ValueLayout.JAVA_BYTE, page * 4096) != 0)
                .toArray();
    }

    @Test
    void doesNothingWithoutTheCapability() {
        release.sent(a, 1);
        release.flush();
        assertThat(held(a)).hasSize(8);
    }

    @Test
    void givesBackRunsOfNeighboursAndNothingElse() {
        release.begin();
        release.sent(a, 1);
        release.sent(a, 2);
        assertThat(held(a)).as("collected first").hasSize(8);
        release.sent(a, 5);
        assertThat(held(a)).containsExactly(0, 3, 4, 5, 6, 7);
        release.sent(b, 6);
        assertThat(held(a)).containsExactly(0, 3, 4, 6, 7);
        release.flush();
        release.flush();
        assertThat(held(b)).containsExactly(0, 1, 2, 3, 4, 5, 7);
    }

    @Test
    void aPageAfterAFlushBeginsARunOfItsOwn() {
        release.begin();
        release.sent(a, 1);
        release.flush();
        release.sent(a, 2);
        release.flush();
        assertThat(held(a)).containsExactly(0, 3, 4, 5, 6, 7);
    }
}
