package io.vmferry.source.outgoing;

import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.source.outgoing.channel.ReturnPathMode;

/**
 * What {@code migrate} asks for.
 *
 * @param returnPathMode how the return path is carried, should the migration have one
 */
public record MigrateRequest(MigrationAddress address, ReturnPathMode returnPathMode) {}
