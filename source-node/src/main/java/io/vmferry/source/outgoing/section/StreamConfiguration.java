package io.vmferry.source.outgoing.section;

import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.stream.Configuration;
import io.vmferry.protocol.stream.ConfigurationSubsection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What the configuration section of a migration says. */
public final class StreamConfiguration {

    private StreamConfiguration() {}

    /**
     * The configuration of one migration.
     *
     * @param returnPathId what pairs the return path's own connection with the main channel; empty
     *     where it has none
     */
    public static Configuration of(
            Guest guest, MigrationOptions options, Optional<UUID> returnPathId) {
        List<ConfigurationSubsection> subsections = new ArrayList<>();
        if (options.capabilities().has(Capability.VALIDATE_UUID)) {
            guest.uuid()
                    .ifPresent(uuid ->
                            subsections.add(new ConfigurationSubsection.ValidatedUuid(uuid)));
        }
        returnPathId.ifPresent(
                id -> subsections.add(new ConfigurationSubsection.ReturnPathChannel(id)));
        return new Configuration(guest.machineName(), subsections);
    }
}
