package io.vmferry.machine.daemon;

import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.status.MigrationStatus;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * Tells in the log how a migration goes: who is connected, each status with the reason of a bad
 * one, and what the guest does. Confined to the engine's loop.
 *
 * @param peer the other side with a preposition, as {@code to tcp:HOST:PORT}; empty while unknown
 * @param reason why the migration has failed or paused, if it has
 * @param log writes a line
 */
public record MigrationLog(
        Supplier<Optional<String>> peer,
        Supplier<Optional<String>> reason,
        BiConsumer<Level, String> log)
        implements Probe {

    @Override
    public <A> void reached(PointName<A> name, @Nullable A argument) {
        if (name == PointName.STATUS) {
            status(PointName.STATUS.argument(argument));
        } else if (name == PointName.CONNECTED) {
            info("Connected" + peer.get().map(who -> " " + who).orElse(""));
        } else if (name == PointName.MAIN_CHANNEL || name == PointName.RECOVERY_CHANNEL) {
            info("The source has connected" + peer.get().map(who -> " " + who).orElse(""));
        } else if (name == PointName.GUEST_STOPPED) {
            info("The guest is stopped");
        } else if (name == PointName.GUEST_RESUMED) {
            info("The guest runs here again");
        } else if (name == PointName.GUEST_STARTED) {
            info("The guest runs here");
        }
    }

    private void status(MigrationStatus status) {
        boolean bad = status == MigrationStatus.FAILED || status == MigrationStatus.POSTCOPY_PAUSED;
        Optional<String> more =
                bad
                        ? reason.get()
                        : status == MigrationStatus.SETUP ? peer.get() : Optional.empty();
        log.accept(
                bad ? Level.WARN : Level.INFO,
                "Migration status %s%s"
                        .formatted(status.text(), more.map(text -> ": " + text).orElse("")));
    }

    private void info(String line) {
        log.accept(Level.INFO, line);
    }
}
