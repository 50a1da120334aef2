package io.vmferry.dest.commands;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.dest.incoming.IncomingMigration;
import io.vmferry.machine.commands.AddressArguments;
import io.vmferry.machine.commands.OptionCommands;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.machine.monitor.Reply;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.qmp.QapiType;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.status.MigrationStatus;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code migrate-incoming}, {@code query-migrate} and the commands about options, of a destination.
 */
public final class IncomingCommands {

    /** Who starts to listen for a migration. */
    @FunctionalInterface
    public interface Listener {

        /**
         * Listens.
         *
         * @param exitOnError whether a failed migration ends the process
         */
        void listen(MigrationAddress address, boolean exitOnError) throws QmpException;
    }

    private final IncomingMigration migration;
    private final MigrationOptions options;
    private final Listener listener;

    /** Commands about one incoming migration. */
    public IncomingCommands(
            IncomingMigration migration, MigrationOptions options, Listener listener) {
        this.migration = migration;
        this.options = options;
        this.listener = listener;
    }

    /** Adds all of them. */
    public void addTo(CommandTable.Builder table) {
        table.add("migrate-incoming", incomingType(options.profile()), this::listen)
                .add(
                        "query-migrate",
                        (arguments, reply) ->
                                reply.success(IncomingReport.of(migration.figures())));
        new OptionCommands(options, new IncomingOptions()).addTo(table);
    }

    private static QapiType.Struct incomingType(Profile profile) {
        List<QapiType.Member> members = new ArrayList<>(AddressArguments.members(profile));
        if (profile.knowsExitOnError()) {
            members.add(QapiType.optional("exit-on-error", new QapiType.Bool()));
        }
        return new QapiType.Struct(members);
    }

    private void listen(ObjectNode arguments, Reply reply) throws QmpException {
        MigrationAddress address = AddressArguments.of("migrate-incoming", arguments);
        listener.listen(address, arguments.path("exit-on-error").asBoolean(true));
        reply.success();
    }

    private final class IncomingOptions implements OptionCommands.Migration {

        @Override
        public boolean running() {
            return false;
        }

        @Override
        public boolean incomingStarted() {
            return migration.status() != MigrationStatus.NONE;
        }

        @Override
        public void parametersChanged() {
            // an incoming migration reads them when it needs them
        }
    }
}
