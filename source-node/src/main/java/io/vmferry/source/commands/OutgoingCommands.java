package io.vmferry.source.commands;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.machine.commands.AddressArguments;
import io.vmferry.machine.commands.OptionCommands;
import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.machine.monitor.Reply;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.qmp.QapiType;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.source.outgoing.MigrateRequest;
import io.vmferry.source.outgoing.OutgoingMigration;
import io.vmferry.source.outgoing.ReturnPathMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * {@code migrate}, {@code migrate_cancel}, {@code migrate-continue}, {@code query-migrate} and the
 * commands about options, of a source.
 */
public final class OutgoingCommands {

    private final OutgoingMigration migration;
    private final Guest guest;
    private final MigrationOptions options;
    private final ReturnPathMode returnPathMode;

    /**
     * @param returnPathMode how a return path is carried when a migration has one
     */
    public OutgoingCommands(
            OutgoingMigration migration,
            Guest guest,
            MigrationOptions options,
            ReturnPathMode returnPathMode) {
        this.migration = migration;
        this.guest = guest;
        this.options = options;
        this.returnPathMode = returnPathMode;
    }

    /** Adds all of them. */
    public void addTo(CommandTable.Builder table) {
        table.add("migrate", migrateType(options.profile()), this::migrate)
                .add(
                        "migrate_cancel",
                        (arguments, reply) -> {
                            migration.cancel();
                            reply.success();
                        })
                .add("migrate-continue", continueType(), this::proceed)
                .add("query-migrate", (arguments, reply) -> reply.success(report()));
        new OptionCommands(options, new OutgoingOptions()).addTo(table);
    }

    private static QapiType.Struct migrateType(Profile profile) {
        List<QapiType.Member> members = new ArrayList<>(AddressArguments.members(profile));
        if (profile.hasBlockSection()) {
            members.add(QapiType.optional("blk", new QapiType.Bool()));
            members.add(QapiType.optional("inc", new QapiType.Bool()));
        }
        members.add(QapiType.optional("detach", new QapiType.Bool()));
        members.add(QapiType.optional("resume", new QapiType.Bool()));
        return new QapiType.Struct(members);
    }

    private static QapiType.Struct continueType() {
        List<String> statuses =
                Arrays.stream(MigrationStatus.values()).map(MigrationStatus::qmpName).toList();
        return QapiType.struct(QapiType.required("state", new QapiType.Enumeration(statuses)));
    }

    private void migrate(ObjectNode arguments, Reply reply) throws QmpException {
        MigrationAddress address = AddressArguments.of("migrate", arguments);
        if (arguments.path("resume").asBoolean()) {
            throw QmpException.generic("Cannot resume if there is no paused migration");
        }
        if (arguments.path("blk").asBoolean() || arguments.path("inc").asBoolean()) {
            throw QmpException.generic("Disks do not migrate along: vmferry has none");
        }
        migration.migrate(new MigrateRequest(address, returnPathMode));
        reply.success();
    }

    private void proceed(ObjectNode arguments, Reply reply) throws QmpException {
        migration.proceed(
                MigrationStatus.fromQmpName(arguments.get("state").textValue()).orElseThrow());
        reply.success();
    }

    private ObjectNode report() {
        List<String> blockers = guest.migrationBlockers();
        return migration
                .figures()
                .map(figures -> OutgoingReport.of(figures, blockers))
                .orElseGet(() -> {
                    ObjectNode report = JsonNodeFactory.instance.objectNode();
                    if (!blockers.isEmpty()) {
                        blockers.forEach(report.putArray("blocked-reasons")::add);
                    }
                    return report;
                });
    }

    private final class OutgoingOptions implements OptionCommands.Migration {

        @Override
        public boolean running() {
            return migration.running();
        }

        @Override
        public boolean incomingStarted() {
            return false;
        }

        @Override
        public void parametersChanged() {
            migration.parametersChanged();
        }
    }
}
