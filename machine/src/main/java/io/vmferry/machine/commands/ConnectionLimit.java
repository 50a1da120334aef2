package io.vmferry.machine.commands;

import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.qmp.QmpException;
import java.util.List;

/** Whether the address of a migration can have as many connections as its capabilities need. */
public final class ConnectionLimit {

    /** The capabilities that need more than one. */
    private static final List<Capability> SEVERAL =
            List.of(Capability.MULTIFD, Capability.POSTCOPY_PREEMPT);

    private ConnectionLimit() {}

    /** Refuses what cannot be connected, in the versions that look. */
    public static void require(MigrationAddress address, MigrationOptions options)
            throws QmpException {
        if (options.profile().has(Trait.SINGLE_CONNECTION_REFUSED) && exceeded(address, options)) {
            throw QmpException.generic("Migration requires multi-channel URIs (e.g. tcp)");
        }
    }

    /** Whether more connections are needed than there can be. */
    public static boolean exceeded(MigrationAddress address, MigrationOptions options) {
        return address.single() && SEVERAL.stream().anyMatch(options.capabilities()::has);
    }
}
