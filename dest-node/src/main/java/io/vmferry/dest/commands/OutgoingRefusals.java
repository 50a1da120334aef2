package io.vmferry.dest.commands;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.machine.commands.AddressArguments;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.guest.RunControl;
import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.machine.monitor.CommandTable.Reply;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.schema.MigrationTypes;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;

/**
 * {@code migrate}, {@code migrate_cancel}, {@code migrate-continue} and {@code
 * migrate-start-postcopy} on a destination, which only receives: the replies of a QEMU that has not
 * migrated its guest away.
 *
 * @param run of the guest that is awaited or has arrived
 */
public record OutgoingRefusals(RunControl run, MigrationOptions options) {

    /** Adds all of them. */
    public void addTo(CommandTable.Builder table) {
        Profile profile = options.profile();
        table.add("migrate", MigrationTypes.migrate(profile), this::migrate)
                .add("migrate_cancel", (arguments, reply) -> reply.success())
                .add("migrate-continue", MigrationTypes.proceed(profile), this::proceed)
                .add("migrate-start-postcopy", (arguments, reply) -> refusePostcopy());
    }

    private void refusePostcopy() throws QmpException {
        throw QmpException.generic(
                options.capabilities().anyPostcopy()
                        ? "Postcopy must be started after migration has been started"
                        : "Enable postcopy with migrate_set_capability before the start of"
                                + " migration");
    }

    private void migrate(ObjectNode arguments, Reply reply) throws QmpException {
        if (!options.profile().has(Trait.MIGRATE_URI_LAST)) {
            AddressArguments.MIGRATE.of(arguments, options.profile(), reply.client().descriptors());
        }
        if (arguments.path("resume").asBoolean()) {
            throw QmpException.generic("Cannot resume if there is no paused migration");
        }
        throw QmpException.generic(
                run.state() == RunState.INMIGRATE
                        ? "Guest is waiting for an incoming migration"
                        : "This node only receives: vmferry migrates from a source-node");
    }

    private void proceed(ObjectNode arguments, Reply reply) throws QmpException {
        String none = MigrationStatus.NONE.text();
        if (!arguments.get("state").textValue().equals(none)) {
            throw QmpException.generic("Migration not in expected state: " + none);
        }
        reply.success();
    }
}
