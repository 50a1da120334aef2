package io.vmferry.machine.commands;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.machine.monitor.CommandTable.Reply;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.qmp.QapiType;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.schema.MigrationTypes;
import io.vmferry.protocol.status.MigrationStatus;
import java.util.function.Supplier;

/**
 * {@code migrate-pause} and {@code migrate-recover}, which are accepted out of band: a postcopy
 * that hangs may block the monitor's other commands.
 *
 * @param status of the one migration of this node
 * @param pause pauses it, called only while it can be paused
 */
public record RecoveryCommands(
        Profile profile, Supplier<MigrationStatus> status, Runnable pause, Recovering recovering) {

    /** Listens for the source of a paused postcopy. */
    @FunctionalInterface
    public interface Recovering {

        /**
         * {@code migrate-recover}: replies once it is known whether the address can be used.
         *
         * @throws QmpException when nothing is paused, or it is no address
         */
        void recover(String uri, Reply reply) throws QmpException;
    }

    /** The reply of a node that cannot pause a postcopy. */
    public static QmpException nothingPaused() {
        return QmpException.generic("Migrate recover can only be run when postcopy is paused.");
    }

    /** Adds both. */
    public void addTo(CommandTable.Builder table) {
        table.addOutOfBand("migrate-pause", QapiType.struct(), this::pause)
                .addOutOfBand("migrate-recover", MigrationTypes.recover(), this::recover);
    }

    private void pause(ObjectNode arguments, Reply reply) throws QmpException {
        if (!pausable(status.get())) {
            throw QmpException.generic(
                    profile.has(Trait.PAUSE_OF_RECOVERY)
                            ? "migrate-pause is currently only supported during postcopy-active or"
                                    + " postcopy-recover state"
                            : "migrate-pause is currently only supported during postcopy-active"
                                    + " state");
        }
        pause.run();
        reply.success();
    }

    private boolean pausable(MigrationStatus now) {
        return now == MigrationStatus.POSTCOPY_ACTIVE
                || (profile.has(Trait.PAUSE_OF_RECOVERY)
                        && now == MigrationStatus.POSTCOPY_RECOVER);
    }

    private void recover(ObjectNode arguments, Reply reply) throws QmpException {
        recovering.recover(arguments.get("uri").textValue(), reply);
    }
}
