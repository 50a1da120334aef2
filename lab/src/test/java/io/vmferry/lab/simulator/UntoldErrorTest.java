package io.vmferry.lab.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.source.outgoing.channel.MigrateArguments.ReturnPathMode;
import java.util.EnumSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A failure that 7.2 does not explain: one that comes when the whole stream has left. */
class UntoldErrorTest {

    private static final ReturnPathMessage FAILED = new ReturnPathMessage.Shut(1);

    private static Meeting migrating(Profile profile) {
        return new Meeting(profile, EnumSet.of(Capability.EVENTS, Capability.RETURN_PATH))
                .migrate(ReturnPathMode.INLINE);
    }

    private static boolean told(Meeting meeting) {
        meeting.say(meeting.returnPath(), FAILED).passUntil(MigrationStatus.FAILED);
        assertThat(meeting.pair.outgoing.error()).isPresent();
        return meeting.pair.outgoing.errorIsTold();
    }

    @ParameterizedTest
    @CsvSource({"QEMU_7_2, false", "QEMU_8_2, true", "QEMU_11_1, true"})
    void insteadOfTheLastAnswer(Profile profile, boolean told) {
        try (Meeting meeting = migrating(profile).passUntil("eof-sent").pass(500)) {
            assertThat(told(meeting)).isEqualTo(told);
        }
    }

    @ParameterizedTest
    @CsvSource({"QEMU_7_2, true", "QEMU_8_2, true", "QEMU_11_1, true"})
    void whileThereIsSomethingToSend(Profile profile, boolean told) {
        try (Meeting meeting = migrating(profile).untilActive()) {
            assertThat(told(meeting)).isEqualTo(told);
        }
    }
}
