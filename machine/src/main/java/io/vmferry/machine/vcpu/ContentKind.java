package io.vmferry.machine.vcpu;

/** What a step fills its page with. */
public enum ContentKind {
    /** Does not compress. */
    RANDOM,
    /** Compresses about ten to one. */
    COMPRESSIBLE,
    /** Nothing but zeros, not even a header. */
    ZERO
}
