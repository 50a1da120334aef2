package io.vmferry.dest.commands;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.dest.incoming.IncomingMigration;
import io.vmferry.machine.commands.AddressArguments;
import io.vmferry.machine.commands.BlockedReasons;
import io.vmferry.machine.commands.ConnectionLimit;
import io.vmferry.machine.commands.OptionCommands;
import io.vmferry.machine.commands.RecoveryCommands;
import io.vmferry.machine.commands.ThreadCommand;
import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.machine.monitor.CommandTable.Reply;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.schema.MigrationTypes;
import io.vmferry.protocol.status.MigrationStatus;
import java.util.function.Consumer;

/**
 * {@code migrate-incoming}, {@code query-migrate} and the commands about options, of a destination.
 */
public record IncomingCommands(
        IncomingMigration migration,
        Guest guest,
        MigrationOptions options,
        MigrationListening listener)
        implements OptionCommands.ConfiguredMigration {

    /** Starts to listen for a migration. */
    @FunctionalInterface
    public interface MigrationListening {

        /**
         * Listens. One of the callbacks runs on the loop, now or later.
         *
         * @param exitOnError whether a failed migration ends the process
         * @param bound gets the address with the port that was taken
         * @param failed gets the reason when the address cannot be used
         * @throws QmpException when it cannot be asked for; no callback runs then
         */
        void listen(
                MigrationAddress address,
                boolean exitOnError,
                Consumer<MigrationAddress> bound,
                Consumer<QmpException> failed)
                throws QmpException;
    }

    /** Adds all of them. */
    public void addTo(CommandTable.Builder table) {
        Profile profile = options.profile();
        table.add("migrate-incoming", MigrationTypes.incoming(profile), this::listen)
                .query("query-migrate", MigrationTypes.info(profile), this::report);
        new OptionCommands(options, this).addTo(table);
        new ThreadCommand(options.profile(), () -> false, () -> 0).addTo(table);
        new RecoveryCommands(
                        options.profile(), migration::status, migration::pauseByUser, this::recover)
                .addTo(table);
    }

    private void listen(ObjectNode arguments, Reply reply) throws QmpException {
        migration.requireNotStarted();
        MigrationAddress address = address(arguments, reply);
        ConnectionLimit.require(address, options);
        listener.listen(
                address,
                arguments.path("exit-on-error").asBoolean(true),
                bound -> reply.success(),
                reply::failure);
    }

    private void recover(String uri, Reply reply) throws QmpException {
        if (migration.status() != MigrationStatus.POSTCOPY_PAUSED) {
            throw RecoveryCommands.nothingPaused();
        }
        if (!options.profile().has(Trait.INCOMING_SETUP)) {
            migration.announceSetup();
        }
        MigrationAddress address =
                AddressArguments.ofUri(uri, options.profile(), reply.client().descriptors());
        ConnectionLimit.require(address, options);
        migration.recover(address, bound -> reply.success(), reply::failure);
    }

    private ObjectNode report() {
        ObjectNode report = IncomingReport.of(migration.figures(), options);
        BlockedReasons.addTo(report, guest.migrationBlockers());
        return report;
    }

    private MigrationAddress address(ObjectNode arguments, Reply reply) throws QmpException {
        try {
            return AddressArguments.INCOMING.of(
                    arguments, options.profile(), reply.client().descriptors());
        } catch (QmpException e) {
            if (!options.profile().has(Trait.INCOMING_SETUP)) {
                migration.announceSetup();
            }
            throw e;
        }
    }

    @Override
    public boolean incomingStarted() {
        return migration.listens();
    }
}
