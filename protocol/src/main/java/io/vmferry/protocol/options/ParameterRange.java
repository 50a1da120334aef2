package io.vmferry.protocol.options;

/**
 * What a number may be, inclusive, compared without sign.
 *
 * @param expectation how QEMU words it after "expects"
 */
public record ParameterRange(long minimum, long maximum, String expectation) {

    /** Whether a number is inside. */
    public boolean holds(long value) {
        return Long.compareUnsigned(value, minimum) >= 0
                && Long.compareUnsigned(value, maximum) <= 0;
    }
}
