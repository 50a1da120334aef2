package io.vmferry.dest.incoming;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import io.vmferry.protocol.stream.Command;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a destination does in the cases in which QEMU loses something, with and without --as-qemu.
 */
class DestinationDeviationTest {

    private static final byte[] HTTP = {'G', 'E', 'T', ' '};
    private static final byte[] EOF = {0};

    private static Destination destination(Profile profile, boolean asQemu) {
        Destination.Plan plan = PostcopyPlan.plan(profile);
        plan.asQemu = asQemu;
        return new Destination(plan);
    }

    /** One that waits for its recovery. */
    private static Destination paused(Profile profile, boolean asQemu) {
        Destination here = destination(profile, asQemu);
        PostcopyPlan.running(here).breakOff("Connection reset by peer");
        here.loop.run();
        assertThat(here.status()).isEqualTo(MigrationStatus.POSTCOPY_PAUSED);
        here.recover(new MigrationAddress.Tcp("here", 5555));
        here.told.clear();
        return here;
    }

    // ---- recovery-probe

    @ParameterizedTest
    @CsvSource({
        "QEMU_10_0, false, ''",
        "QEMU_10_0, true, postcopy-recover postcopy-paused",
        "QEMU_7_2, true, postcopy-recover",
        "QEMU_11_1, true, postcopy-recover postcopy-paused"
    })
    void somethingElseBreaksARecovery(Profile profile, boolean asQemu, String told) {
        try (Destination here = paused(profile, asQemu)) {
            ManualLink other = here.connect();
            other.receive(HTTP);
            here.loop.run();
            assertThat(other.aborted()).isTrue();
            assertThat(String.join(" ", here.told)).isEqualTo(told);
            assertThat(here.guest.run().state()).isEqualTo(RunState.RUNNING);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "QEMU_10_0, false, ''",
        "QEMU_10_0, true, postcopy-recover postcopy-paused",
        "QEMU_7_2, true, postcopy-recover",
        "QEMU_11_1, false, ''",
        "QEMU_11_1, true, failed"
    })
    void aPortProbeBreaksARecovery(Profile profile, boolean asQemu, String told) {
        try (Destination here = paused(profile, asQemu)) {
            List<MigrationStatus> pauses = new ArrayList<>();
            here.engine.whenPaused(figures -> pauses.add(figures.status()));
            here.connect().end();
            here.loop.run();
            assertThat(String.join(" ", here.told)).isEqualTo(told);
            assertThat(pauses).hasSize(told.isEmpty() ? 0 : 1);
        }
    }

    // ---- ended-recovery

    @ParameterizedTest
    @CsvSource({
        "QEMU_7_2, false, POSTCOPY_PAUSED",
        "QEMU_7_2, true, POSTCOPY_RECOVER",
        "QEMU_10_0, true, POSTCOPY_RECOVER",
        "QEMU_11_1, true, POSTCOPY_RECOVER"
    })
    void aRecoveryThatEndsIsStuck(Profile profile, boolean asQemu, MigrationStatus then) {
        try (Destination here = paused(profile, asQemu)) {
            ManualLink main = here.connect();
            main.receive(
                    new StreamBytes().command(new Command.RecvBitmap(Destination.BLOCK)).bytes());
            main.receive(EOF);
            here.loop.run();
            main.end();
            here.loop.run();
            assertThat(here.status()).isEqualTo(then);
        }
    }

    // ---- broken-package

    @ParameterizedTest
    @CsvSource({
        "QEMU_11_1, false, POSTCOPY_PAUSED, RUNNING",
        "QEMU_11_1, true, FAILED, INMIGRATE",
        "QEMU_10_2, true, FAILED, INMIGRATE"
    })
    void aPackageThatBreaksAfterItsPing(
            Profile profile, boolean asQemu, MigrationStatus end, RunState guest) {
        try (Destination here = destination(profile, asQemu)) {
            load(here, StreamBytes.listen().command(new Command.Ping(0x42)));
            assertThat(here.status()).as(here.error()).isEqualTo(end);
            assertThat(here.guest.run().state()).isEqualTo(guest);
        }
    }

    // ---- unsaid-failure

    @ParameterizedTest
    @CsvSource({
        "QEMU_7_2, false, FAILED",
        "QEMU_7_2, true, POSTCOPY_ACTIVE",
        "QEMU_10_0, true, POSTCOPY_ACTIVE",
        "QEMU_11_1, true, FAILED"
    })
    void aPackageThatCannotBeLoaded(Profile profile, boolean asQemu, MigrationStatus end) {
        try (Destination here = destination(profile, asQemu)) {
            load(here, StreamBytes.listen());
            assertThat(here.ends).hasSize(1);
            assertThat(here.ends.getFirst().status()).isEqualTo(end);
            assertThat(here.guest.run().state()).isEqualTo(RunState.INMIGRATE);
        }
    }

    private static void load(Destination here, StreamBytes packaged) {
        ManualLink main = here.connect();
        main.receive(new StreamBytes().beginPostcopy().discard(0, 8).packaged(packaged).bytes());
        here.loop.run();
    }
}
