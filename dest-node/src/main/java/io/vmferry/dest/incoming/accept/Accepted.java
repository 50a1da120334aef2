package io.vmferry.dest.incoming.accept;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.link.Link;
import io.vmferry.protocol.failure.Failure;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;

/**
 * What has become of an accepted connection; {@code bytes} are those that it has brought so far.
 */
public sealed interface Accepted {

    /** It is the main channel. */
    record Main(Link link, ByteBuf bytes) implements Accepted {}

    /** It is the main channel of a source that comes back to a postcopy that is paused. */
    record Recovery(Link link, ByteBuf bytes) implements Accepted {}

    /** It has introduced itself as a return path. */
    record ReturnPath(Link link, UUID migrationId) implements Accepted {}

    /** It is the one that is left. */
    record Preempt(Link link, ByteBuf bytes) implements Accepted {}

    /** It has become a main channel although it has ended already. */
    record Ended(Link link, Optional<IOException> cause) implements Accepted {}

    /** It is none, and the migration fails by it as in QEMU. */
    record Failed(Failure failure) implements Accepted {}

    /** It was taken for the source of a recovery, and has failed before it could be one. */
    record RecoveryFailed(Failure failure) implements Accepted {}
}
