package io.vmferry.lab.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.source.outgoing.channel.MigrateArguments;
import io.vmferry.source.outgoing.channel.MigrateArguments.ReturnPathMode;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The events of a postcopy that is paused and recovered. */
class RecoveryEventOrderTest {

    private static final long SOON_NANOS = TimeUnit.MICROSECONDS.toNanos(250);
    private static final long LATER_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final MigrationAddress ELSEWHERE = new MigrationAddress.Tcp("nowhere", 1);
    private static final MigrationAddress ANEW = new MigrationAddress.Tcp("destination", 5555);

    /** Cuts as soon as the guest runs at the destination, and starts again from there. */
    private static ObservedMigration cut(Profile profile, Runnable[] whenPaused) {
        ObservedMigration run = ObservedMigration.with(profile, Capability.POSTCOPY_RAM);
        run.whenSourceIs(MigrationStatus.ACTIVE, () -> start(run));
        run.destination.side.probe(point -> {
            if (point.toString().equals("command-received(POSTCOPY_RUN)")) {
                run.pair.source.host.schedule(SOON_NANOS, () -> cutAll(run));
            }
        });
        run.whenSourceIs(
                MigrationStatus.POSTCOPY_PAUSED,
                () -> run.pair.source.host.schedule(LATER_NANOS, whenPaused[0]));
        return run;
    }

    private static void start(ObservedMigration run) {
        try {
            run.pair.outgoing.startPostcopy();
        } catch (QmpException e) {
            throw new AssertionError(e);
        }
    }

    private static void cutAll(ObservedMigration run) {
        assertThat(run.pair.outgoing.status()).isEqualTo(MigrationStatus.POSTCOPY_ACTIVE);
        List.copyOf(run.pair.network.connections()).forEach(SimulatedLink::cut);
    }

    private static void listen(ObservedMigration run) {
        assertThat(run.destination.engine.status()).isEqualTo(MigrationStatus.POSTCOPY_PAUSED);
        run.destination.engine.recover(ANEW, bound -> {}, SimulatedPair.refused());
    }

    private static void resume(ObservedMigration run, MigrationAddress address) {
        try {
            run.pair.outgoing.resume(new MigrateArguments(address, ReturnPathMode.CHANNEL));
        } catch (QmpException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> fromTheSwitch(List<String> events) {
        return events.subList(events.indexOf("postcopy-paused"), events.size());
    }

    @ParameterizedTest
    @CsvSource({
        "QEMU_7_2, 'postcopy-paused,postcopy-recover,postcopy-active,completed'",
        "QEMU_9_2, 'postcopy-paused,postcopy-recover-setup,postcopy-recover,postcopy-active,completed'",
        "QEMU_10_2, 'postcopy-paused,postcopy-recover-setup,postcopy-recover,postcopy-active,completed'",
        "QEMU_11_1, 'postcopy-paused,postcopy-recover-setup,postcopy-recover,postcopy-active,completed'"
    })
    void aRecovery(Profile profile, String expected) {
        Runnable[] whenPaused = new Runnable[1];
        try (ObservedMigration run = cut(profile, whenPaused)) {
            whenPaused[0] =
                    () -> {
                        listen(run);
                        resume(run, ANEW);
                    };
            run.migrate().toTheEnd();
            assertThat(fromTheSwitch(run.withoutPasses())).containsExactly(expected.split(","));
            assertThat(fromTheSwitch(run.destination()))
                    .containsExactly(
                            "postcopy-paused", "postcopy-recover", "postcopy-active", "completed");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "QEMU_7_2, 'postcopy-paused,postcopy-recover,postcopy-active,completed'",
        "QEMU_9_2, 'postcopy-paused,postcopy-recover-setup,postcopy-paused,postcopy-recover-setup,postcopy-recover,postcopy-active,completed'",
        "QEMU_10_2, 'postcopy-paused,postcopy-recover-setup,postcopy-paused,postcopy-recover-setup,postcopy-recover,postcopy-active,completed'",
        "QEMU_11_1, 'postcopy-paused,postcopy-recover-setup,postcopy-paused,postcopy-recover-setup,postcopy-recover,postcopy-active,completed'"
    })
    void aRecoveryAfterAnAddressWhereNobodyListens(Profile profile, String expected) {
        Runnable[] whenPaused = new Runnable[1];
        try (ObservedMigration run = cut(profile, whenPaused)) {
            whenPaused[0] =
                    () -> {
                        resume(run, ELSEWHERE);
                        run.pair.source.host.schedule(
                                LATER_NANOS,
                                () -> {
                                    assertThat(run.pair.outgoing.status())
                                            .isEqualTo(MigrationStatus.POSTCOPY_PAUSED);
                                    assertThat(run.pair.outgoing.error().orElseThrow())
                                            .contains("nowhere:1");
                                    listen(run);
                                    resume(run, ANEW);
                                });
                    };
            run.migrate().toTheEnd();
            assertThat(fromTheSwitch(run.withoutPasses())).containsExactly(expected.split(","));
            assertThat(fromTheSwitch(run.destination()))
                    .containsExactly(
                            "postcopy-paused", "postcopy-recover", "postcopy-active", "completed");
        }
    }
}
