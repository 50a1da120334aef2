package io.vmferry.machine.vcpu;

/**
 * A memory image holds pages of a guest with the seed of this one, which takes them for its own.
 */
public final class SameSeedException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    SameSeedException(long seed) {
        super(
                "The memory image holds pages of a guest with seed %d: start with another --seed"
                        .formatted(seed));
    }
}
