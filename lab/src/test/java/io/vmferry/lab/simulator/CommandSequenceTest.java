package io.vmferry.lab.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.protocol.status.MigrationStatus;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Random commands to both monitors, in virtual time. {@link CommandSequence} checks what must hold
 * and names the seed that breaks it; {@code -Dsequences.first=SEED -Dsequences.count=1} runs that
 * seed again.
 */
class CommandSequenceTest {

    private static final long FIRST = Long.getLong("sequences.first", 0);
    private static final int COUNT = Integer.getInteger("sequences.count", 300);

    @Test
    void noOrderOfCommandsCrashesOrWedgesADaemon() {
        Map<MigrationStatus, Integer> ends = new EnumMap<>(MigrationStatus.class);
        for (long seed = FIRST; seed < FIRST + COUNT; seed++) {
            ends.merge(CommandSequence.run(seed), 1, Integer::sum);
        }
        if (COUNT >= 300) {
            // otherwise the sequences would say little about migrations
            assertThat(ends.get(MigrationStatus.COMPLETED)).isGreaterThan(COUNT / 50);
            assertThat(ends.get(MigrationStatus.CANCELLED)).isGreaterThan(COUNT / 50);
            assertThat(ends.get(MigrationStatus.FAILED)).isGreaterThan(COUNT / 50);
        }
    }
}
