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

    /**
     * Refuses it in all versions, where an address is given along with the options of a process: in
     * the words of QEMU 7.2 if that version only says it where it fails.
     */
    public static void requireAtStart(MigrationAddress address, MigrationOptions options)
            throws QmpException {
        require(address, options);
        if (exceeded(address, options)) {
            throw QmpException.generic(
                    options.capabilities().has(Capability.MULTIFD)
                            ? "multifd is not supported by current protocol"
                            : "Postcopy preempt is not supported as current migration stream does"
                                    + " not support multi-channels.");
        }
    }

    /** Whether more connections are needed than there can be. */
    public static boolean exceeded(MigrationAddress address, MigrationOptions options) {
        return address.single() && SEVERAL.stream().anyMatch(options.capabilities()::has);
    }
}
