package io.vmferry.lab.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.protocol.status.MigrationStatus;
import org.junit.jupiter.api.Test;

/** The trace does not say how a migration on several channels has ended. */
class ChannelsTargetTest {

    private final ChannelsTarget target = new ChannelsTarget();

    @Test
    void theExamplesMigrateWhole() {
        for (byte[] example : MultifdExamples.migrations()) {
            assertThat(target.play(example, Cuts.whole(), Trace.hashed()).status())
                    .as("mode " + example[0])
                    .isEqualTo(MigrationStatus.COMPLETED);
            assertThat(target.play(example, Cuts.single(), Trace.hashed()).status())
                    .as("mode " + example[0])
                    .isEqualTo(MigrationStatus.COMPLETED);
        }
    }

    @Test
    void aChannelThatEndsEarlyFailsTheMigration() {
        for (byte[] example : MultifdExamples.migrations()) {
            byte[] cut = example.clone();
            // the second channel ends where its first byte should be
            int at = 1;
            while (cut[at] != 2) {
                at += 3 + ((cut[at + 1] & 0xff) << 8 | (cut[at + 2] & 0xff));
            }
            cut[at + 1] = 0;
            cut[at + 2] = 0;
            assertThat(target.play(cut, Cuts.whole(), Trace.hashed()).status())
                    .as("mode " + example[0])
                    .isEqualTo(MigrationStatus.FAILED);
        }
    }
}
