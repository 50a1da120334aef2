package io.vmferry.machine.commands;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.status.MigrationStatus;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RecoveryCommandsTest {

    private static final String RECOVER = "{'uri':'tcp:h:1'}";

    private final List<String> done = new ArrayList<>();

    private CommandTable.Builder table(Profile profile, MigrationStatus status) {
        CommandTable.Builder table = CommandTable.builder(profile);
        new RecoveryCommands(
                        profile,
                        () -> status,
                        () -> done.add("paused"),
                        (uri, reply) -> recover(status, uri))
                .addTo(table);
        return table;
    }

    private void recover(MigrationStatus status, String uri) throws QmpException {
        if (status != MigrationStatus.POSTCOPY_PAUSED) {
            throw RecoveryCommands.nothingPaused();
        }
        done.add("listening on " + uri);
    }

    private String pause(Profile profile, MigrationStatus status) {
        return new Asked(table(profile, status)).ask("migrate-pause").getFirst();
    }

    @Test
    void bothMayBeAskedOutOfBand() {
        CommandTable built = table(Profile.DEFAULT, MigrationStatus.NONE).build();
        assertThat(built.entries())
                .filteredOn(CommandTable.CommandEntry::outOfBand)
                .extracting(CommandTable.CommandEntry::name)
                .containsExactly("migrate-pause", "migrate-recover");
    }

    @ParameterizedTest
    @EnumSource(
            names = {"POSTCOPY_ACTIVE", "POSTCOPY_RECOVER"},
            mode = EnumSource.Mode.EXCLUDE)
    void pauseIsForPostcopy(MigrationStatus status) {
        assertThat(pause(Profile.QEMU_8_2, status))
                .isEqualTo(
                        "error: migrate-pause is currently only supported during postcopy-active"
                                + " or postcopy-recover state");
        assertThat(pause(Profile.QEMU_7_2, status))
                .isEqualTo(
                        "error: migrate-pause is currently only supported during postcopy-active"
                                + " state");
        assertThat(done).isEmpty();
    }

    @Test
    void pausesPostcopyAndNewerVersionsItsRecovery() {
        pause(Profile.QEMU_7_2, MigrationStatus.POSTCOPY_ACTIVE);
        pause(Profile.QEMU_10_2, MigrationStatus.POSTCOPY_RECOVER);
        assertThat(done).containsExactly("paused", "paused");
        assertThat(pause(Profile.QEMU_7_2, MigrationStatus.POSTCOPY_RECOVER))
                .contains("only supported");
        assertThat(done).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource(names = "POSTCOPY_PAUSED", mode = EnumSource.Mode.EXCLUDE)
    void recoveryIsForAPausedDestination(MigrationStatus status) {
        Asked other = new Asked(table(Profile.DEFAULT, status));
        assertThat(other.ask("migrate-recover", RECOVER))
                .containsExactly("error: Migrate recover can only be run when postcopy is paused.");
        assertThat(other.ask("migrate-recover"))
                .containsExactly("error: Parameter 'uri' is missing");
        new Asked(table(Profile.DEFAULT, MigrationStatus.POSTCOPY_PAUSED))
                .ask("migrate-recover", RECOVER);
        assertThat(done).containsExactly("listening on tcp:h:1");
    }
}
