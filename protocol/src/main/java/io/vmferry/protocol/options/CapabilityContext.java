package io.vmferry.protocol.options;

import io.vmferry.protocol.profile.Profile;
import java.util.Set;

/**
 * What a change of capabilities depends on besides the capabilities themselves.
 *
 * @param supported those whose behaviour is built; the others can only be off
 * @param incomingStarted whether this process listens for a migration already
 * @param multifdCompressedOrTls whether the parameters ask for multifd compression or TLS
 */
public record CapabilityContext(
        Profile profile,
        Set<Capability> supported,
        boolean incomingStarted,
        boolean multifdCompressedOrTls) {

    /** Copies the set. */
    public CapabilityContext {
        supported = Set.copyOf(supported);
    }
}
