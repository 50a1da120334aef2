package io.vmferry.dest.incoming;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.stream.Command;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** COLO has its place in the stream and is not built: no guest may start that asked for it. */
class EnableColoTest {

    private static StreamBytes untilColo() {
        return new StreamBytes()
                .begin()
                .command(new Command.OpenReturnPath())
                .command(new Command.EnableColo());
    }

    private static Destination destination(Profile profile) {
        Destination.Plan plan = new Destination.Plan();
        plan.profile = profile;
        return new Destination(plan);
    }

    /** QEMU 7.2 obeys whatever its capability says, so the guest is loaded before it is refused. */
    @Test
    void anOldVersionLoadsTheGuestAndDoesNotStartIt() {
        try (Destination here = destination(Profile.QEMU_7_2)) {
            ManualLink link = here.connect();
            StreamBytes stream = untilColo().ramStart().page(Destination.BLOCK_NAME, 1, 7);
            link.receive(stream.bytes());
            assertThat(here.status()).isEqualTo(MigrationStatus.ACTIVE);
            assertThat(here.engine.figures().normalPages()).isEqualTo(1);
            link.receive(new StreamBytes().ramEnd().eof().description("{}").bytes());
            here.assertFailed("COLO is not built");
            assertThat(here.told).containsExactly("setup", "active", "failed");
            assertThat(Destination.messages(link)).containsExactly(new ReturnPathMessage.Shut(1));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "QEMU_8_2, capability x-colo is off here",
        "QEMU_10_2, capability x-colo is off here",
        "QEMU_11_1, Deprecated command 0x8"
    })
    void aNewerVersionRefusesTheCommand(Profile profile, String says) {
        try (Destination here = destination(profile)) {
            ManualLink link = here.connect();
            link.receive(untilColo().bytes());
            here.assertFailed(says);
            assertThat(Destination.messages(link)).containsExactly(new ReturnPathMessage.Shut(1));
        }
    }
}
