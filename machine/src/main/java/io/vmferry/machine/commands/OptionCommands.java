package io.vmferry.machine.commands;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.machine.guest.BuiltOptions;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.machine.monitor.CommandTable.Reply;
import io.vmferry.protocol.Worded;
import io.vmferry.protocol.options.Capabilities.CapabilityContext;
import io.vmferry.protocol.options.OptionException;
import io.vmferry.protocol.options.OptionJson;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.schema.OptionTypes;

/** The commands that set and show capabilities and parameters. */
public record OptionCommands(MigrationOptions options, ConfiguredMigration migration) {

    /** The migration whose options the commands change. */
    public interface ConfiguredMigration {

        /** Whether an outgoing migration is under way, which keeps capabilities as they are. */
        default boolean running() {
            return false;
        }

        /** Whether this side listens for a migration already. */
        default boolean incomingStarted() {
            return false;
        }

        /** New parameters are in force. */
        default void parametersChanged() throws QmpException {}
    }

    /** Adds all of them. */
    public void addTo(CommandTable.Builder table) {
        Profile profile = options.profile();
        table.add(
                        "migrate-set-capabilities",
                        OptionTypes.setCapabilities(profile),
                        this::setCapabilities)
                .query(
                        "query-migrate-capabilities",
                        OptionTypes.capabilities(profile),
                        () -> OptionJson.capabilities(options.capabilities(), profile))
                .add(
                        "migrate-set-parameters",
                        OptionTypes.setParameters(profile),
                        this::setParameters)
                .query(
                        "query-migrate-parameters",
                        OptionTypes.parameters(profile),
                        () -> OptionJson.parameters(options.parameters()));
    }

    private void setCapabilities(ObjectNode arguments, Reply reply) throws QmpException {
        if (migration.running()) {
            throw QmpException.generic("There's a migration process in progress");
        }
        try {
            options.capabilities(
                    options.capabilities()
                            .with(OptionJson.capabilityChanges(arguments), context()));
        } catch (OptionException e) {
            throw QmpException.generic(Worded.of(e));
        }
        reply.success();
    }

    private CapabilityContext context() {
        return new CapabilityContext(
                options.profile(),
                BuiltOptions.CAPABILITIES,
                migration.incomingStarted(),
                options.parameters().multifdCompressedOrTls());
    }

    private void setParameters(ObjectNode arguments, Reply reply) throws QmpException {
        try {
            options.parameters(
                    options.parameters()
                            .with(
                                    OptionJson.parameterChanges(arguments),
                                    BuiltOptions.PARAMETERS,
                                    options.capabilities()));
        } catch (OptionException e) {
            throw QmpException.generic(Worded.of(e));
        }
        migration.parametersChanged();
        reply.success();
    }
}
