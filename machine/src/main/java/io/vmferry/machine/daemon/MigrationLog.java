package io.vmferry.machine.daemon;

import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.status.MigrationStatus;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells in the log how a migration goes: who is connected, each status with the reason of a bad
 * one, and what the guest does. Confined to the engine's loop.
 *
 * @param peer the other side with a preposition, as {@code to tcp:HOST:PORT}; empty while unknown
 * @param reason why the migration has failed or paused, if it has
 * @param log writes a line
 */
public record MigrationLog(
        Supplier<Optional<String>> peer, Supplier<Optional<String>> reason, Consumer<String> log)
        implements Probe {

    @Override
    public <A> void reached(PointName<A> name, @Nullable A argument) {
        if (name == PointName.STATUS) {
            status(PointName.STATUS.argument(argument));
        } else if (name == PointName.CONNECTED) {
            log.accept("Connected" + peer.get().map(who -> " " + who).orElse(""));
        } else if (name == PointName.MAIN_CHANNEL || name == PointName.RECOVERY_CHANNEL) {
            log.accept("The source has connected" + peer.get().map(who -> " " + who).orElse(""));
        } else if (name == PointName.GUEST_STOPPED) {
            log.accept("The guest is stopped");
        } else if (name == PointName.GUEST_RESUMED) {
            log.accept("The guest runs here again");
        } else if (name == PointName.GUEST_STARTED) {
            log.accept("The guest runs here");
        }
    }

    private void status(MigrationStatus status) {
        boolean bad = status == MigrationStatus.FAILED || status == MigrationStatus.POSTCOPY_PAUSED;
        String why = bad ? reason.get().map(text -> ": " + text).orElse("") : "";
        boolean begins = status == MigrationStatus.SETUP;
        String where = begins ? peer.get().map(who -> " " + who).orElse("") : "";
        log.accept("Migration %s%s%s".formatted(status.text(), where, why));
    }
}
