package io.vmferry.source.outgoing.channel;

import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.protocol.Named;

/**
 * The arguments of {@code migrate}.
 *
 * @param returnPathMode how the return path is carried, should the migration have one
 */
public record MigrateArguments(MigrationAddress address, ReturnPathMode returnPathMode) {

    /** How the return path travels, when capability {@code return-path} asks for one. */
    public enum ReturnPathMode implements Named {
        /**
         * On a connection of its own, announced in the configuration; vmferry peers only. Where
         * there can be one connection only it is {@link #INLINE}.
         */
        CHANNEL,

        /** In the reverse direction of the main connection, as QEMU does it. */
        INLINE
    }
}
