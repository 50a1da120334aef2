package io.vmferry.machine.commands;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.machine.monitor.Reply;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.qmp.QapiType;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.schema.MigrationTypes;
import io.vmferry.protocol.status.MigrationStatus;
import java.util.function.Supplier;

/**
 * {@code migrate-pause} and {@code migrate-recover}, which may be asked out of band: a postcopy
 * that hangs may have stopped the monitor's other commands as well.
 */
public final class RecoveryCommands {

    /** Who can listen for the source of a postcopy that is paused. */
    @FunctionalInterface
    public interface Recovering {

        /**
         * {@code migrate-recover}: answers once it is known whether the address can be used.
         *
         * @throws QmpException when nothing is paused, or it is no address
         */
        void recover(String uri, Reply reply) throws QmpException;
    }

    private final Profile profile;
    private final Supplier<MigrationStatus> status;
    private final Runnable pause;
    private final Recovering recovering;

    /**
     * @param status of the one migration of this node
     * @param pause pauses it, called only while it can be paused
     */
    public RecoveryCommands(
            Profile profile,
            Supplier<MigrationStatus> status,
            Runnable pause,
            Recovering recovering) {
        this.profile = profile;
        this.status = status;
        this.pause = pause;
        this.recovering = recovering;
    }

    /** What a node answers on which no postcopy can be paused. */
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
                    profile.pausesRecovery()
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
                || (profile.pausesRecovery() && now == MigrationStatus.POSTCOPY_RECOVER);
    }

    private void recover(ObjectNode arguments, Reply reply) throws QmpException {
        recovering.recover(arguments.get("uri").textValue(), reply);
    }
}
