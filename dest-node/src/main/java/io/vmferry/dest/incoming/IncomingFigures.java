package io.vmferry.dest.incoming;

import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.protocol.status.MigrationStatus;
import java.util.Optional;

/**
 * What one incoming migration has done so far, an immutable picture.
 *
 * @param streamBytes bytes of the main channel consumed
 * @param passes times that the source was seen to walk over RAM
 */
public record IncomingFigures(
        MigrationStatus status,
        Optional<MigrationAddress> listening,
        long streamBytes,
        long zeroPages,
        long normalPages,
        int passes,
        Optional<String> error) {}
