package io.vmferry.source.commands;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.machine.commands.AddressArguments;
import io.vmferry.machine.commands.BlockedReasons;
import io.vmferry.machine.commands.ConnectionLimit;
import io.vmferry.machine.commands.OptionCommands;
import io.vmferry.machine.commands.RecoveryCommands;
import io.vmferry.machine.commands.ThreadCommand;
import io.vmferry.machine.descriptor.DescriptorException;
import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.machine.monitor.CommandTable.Reply;
import io.vmferry.protocol.Named;
import io.vmferry.protocol.Worded;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.schema.MigrationTypes;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.source.outgoing.OutgoingMigration;
import io.vmferry.source.outgoing.channel.MigrateArguments;
import io.vmferry.source.outgoing.channel.MigrateArguments.ReturnPathMode;
import java.util.Optional;

/**
 * {@code migrate}, {@code migrate_cancel}, {@code migrate-start-postcopy}, {@code
 * migrate-continue}, {@code query-migrate} and the commands about options, of a source.
 *
 * @param returnPathMode how a return path is carried when a migration has one
 */
public record OutgoingCommands(
        OutgoingMigration migration,
        Guest guest,
        MigrationOptions options,
        ReturnPathMode returnPathMode)
        implements OptionCommands.ConfiguredMigration {

    /** Adds all of them. */
    public void addTo(CommandTable.Builder table) {
        Profile profile = options.profile();
        table.add("migrate", MigrationTypes.migrate(profile), this::migrate)
                .add(
                        "migrate_cancel",
                        (arguments, reply) -> {
                            migration.cancel();
                            reply.success();
                        })
                .add(
                        "migrate-start-postcopy",
                        (arguments, reply) -> {
                            migration.startPostcopy();
                            reply.success();
                        })
                .add("migrate-continue", MigrationTypes.proceed(profile), this::proceed)
                .query("query-migrate", MigrationTypes.info(profile), this::report)
                .add(
                        "migrate-incoming",
                        MigrationTypes.incoming(profile),
                        (arguments, reply) -> {
                            throw QmpException.generic(
                                    "'-incoming' was not specified on the command line");
                        });
        new OptionCommands(options, this).addTo(table);
        new ThreadCommand(options.profile(), migration::working, migration::multifdChannels)
                .addTo(table);
        new RecoveryCommands(
                        options.profile(),
                        migration::status,
                        migration::pause,
                        (uri, reply) -> {
                            throw RecoveryCommands.nothingPaused();
                        })
                .addTo(table);
    }

    private void migrate(ObjectNode arguments, Reply reply) throws QmpException {
        if (arguments.path("resume").asBoolean()) {
            resume(arguments, reply);
            return;
        }
        if (options.profile().has(Trait.MIGRATE_URI_LAST)) {
            refuseWhatIsNotBuilt(arguments);
            migration.requirePossible();
            migrateLate(arguments.get("uri").textValue(), reply);
            return;
        }
        MigrationAddress address = address(arguments, reply);
        ConnectionLimit.require(address, options);
        refuseWhatIsNotBuilt(arguments);
        migration.migrate(new MigrateArguments(address, returnPathMode));
        replyWhenOpened(address, reply);
    }

    private MigrationAddress address(ObjectNode arguments, Reply reply) throws QmpException {
        return AddressArguments.MIGRATE.of(
                arguments, options.profile(), reply.client().descriptors());
    }

    /** QEMU opens what is no network within the command, and connects a socket after it. */
    private void replyWhenOpened(MigrationAddress address, Reply reply) {
        if (!address.single() && !(address instanceof MigrationAddress.Absent)) {
            reply.success();
            return;
        }
        migration.whenOpened(failure ->
                failure.ifPresentOrElse(
                        e -> reply.failure(QmpException.generic(Worded.of(e))), reply::success));
    }

    private void resume(ObjectNode arguments, Reply reply) throws QmpException {
        MigrationAddress address =
                options.profile().has(Trait.MIGRATE_URI_LAST)
                        ? pausedThenUri(arguments.get("uri").textValue(), reply)
                        : address(arguments, reply);
        if (!options.profile().has(Trait.MIGRATE_URI_LAST)) {
            ConnectionLimit.require(address, options);
        }
        migration.resume(new MigrateArguments(address, returnPathMode));
        replyWhenOpened(address, reply);
    }

    private MigrationAddress pausedThenUri(String uri, Reply reply) throws QmpException {
        if (migration.status() != MigrationStatus.POSTCOPY_PAUSED) {
            migration.requirePaused();
        }
        try {
            return AddressArguments.ofUri(uri, options.profile(), reply.client().descriptors());
        } catch (QmpException e) {
            throw isUnknown(e) ? noProtocol() : e;
        }
    }

    private static boolean isUnknown(QmpException refusal) {
        return Worded.of(refusal).startsWith("unknown migration protocol");
    }

    private static QmpException noProtocol() {
        return QmpException.generic("Parameter 'uri' expects a valid migration protocol");
    }

    private static void refuseWhatIsNotBuilt(ObjectNode arguments) throws QmpException {
        if (arguments.path("blk").asBoolean() || arguments.path("inc").asBoolean()) {
            throw QmpException.generic("Disks do not migrate along: vmferry has none");
        }
    }

    /** Starts a migration as versions do that parse the address last and fail with it. */
    private void migrateLate(String uri, Reply reply) throws QmpException {
        MigrationAddress address;
        try {
            address = AddressArguments.ofUri(uri, options.profile(), reply.client().descriptors());
        } catch (QmpException e) {
            migration.failAtOnce(isUnknown(e) ? Optional.empty() : Optional.of(Worded.of(e)));
            throw isUnknown(e) ? noProtocol() : e;
        }
        if (ConnectionLimit.exceeded(address, options)) {
            failOpened(address);
            reply.success();
            return;
        }
        migration.migrate(new MigrateArguments(address, returnPathMode));
        replyWhenOpened(address, reply);
    }

    /** Fails a migration that has one connection too few, as versions do that open it before. */
    private void failOpened(MigrationAddress address) throws QmpException {
        if (address instanceof MigrationAddress.Fd fd) {
            try {
                fd.names().take(fd.name()).close();
            } catch (DescriptorException e) {
                migration.failAtOnce(Optional.of(Worded.of(e)));
                throw QmpException.generic(Worded.of(e));
            }
        }
        migration.failAtOnce(Optional.empty());
    }

    private void proceed(ObjectNode arguments, Reply reply) throws QmpException {
        migration.proceed(
                Named.find(MigrationStatus.class, arguments.get("state").textValue())
                        .orElseThrow());
        reply.success();
    }

    private ObjectNode report() {
        ObjectNode report =
                migration
                        .figures()
                        .map(figures -> OutgoingReport.of(figures, options))
                        .orElseGet(this::withoutFigures);
        if (!migration.errorIsTold()) {
            report.remove("error-desc");
        }
        BlockedReasons.addTo(report, guest.migrationBlockers());
        return report;
    }

    /** The report of a migration that failed before it had any figures. */
    private ObjectNode withoutFigures() {
        ObjectNode report = JsonNodeFactory.instance.objectNode();
        if (migration.status() != MigrationStatus.NONE) {
            report.put("status", migration.status().text());
            migration.error().ifPresent(error -> report.put("error-desc", error));
        }
        return report;
    }

    @Override
    public boolean running() {
        return migration.running();
    }

    @Override
    public void parametersChanged() throws QmpException {
        migration.parametersChanged();
    }
}
