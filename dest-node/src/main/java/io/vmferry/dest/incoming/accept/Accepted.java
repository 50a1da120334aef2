package io.vmferry.dest.incoming.accept;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.link.Link;
import io.vmferry.protocol.failure.Failure;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;

/** The role of an accepted connection; {@code bytes} are those received so far. */
public sealed interface Accepted {

    /** It is the main channel. */
    record Main(Link link, ByteBuf bytes) implements Accepted {}

    /** It is the main channel of a source that comes back to a postcopy that is paused. */
    record Recovery(Link link, ByteBuf bytes) implements Accepted {}

    /** It is a return path, by its preamble. */
    record ReturnPath(Link link, UUID migrationId) implements Accepted {}

    /** It is a multifd channel, whose initial packet has come. */
    record Multifd(Link link, ByteBuf bytes) implements Accepted {}

    /** It is the preempt channel, the only one that was missing. */
    record Preempt(Link link, ByteBuf bytes) implements Accepted {}

    /** It has become a main channel although it has ended already. */
    record Ended(Link link, Optional<IOException> cause) implements Accepted {}

    /** It is no channel, and the migration fails as in QEMU. */
    record MigrationFailed(Failure failure) implements Accepted {}

    /** It was taken for the source of a recovery, and has failed before it could be one. */
    record RecoveryFailed(Failure failure) implements Accepted {}
}
