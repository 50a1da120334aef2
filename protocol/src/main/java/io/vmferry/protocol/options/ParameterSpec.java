package io.vmferry.protocol.options;

import io.vmferry.protocol.qmp.QapiType;
import java.util.List;
import java.util.Optional;

/**
 * Type, unit, default and range of a parameter.
 *
 * <p>Values are {@link Long} for numbers (64 bits without sign), {@link Boolean}, {@link String}
 * for texts and enumerations, and a JSON node for lists.
 *
 * @param unit of a number: bytes, bytes/s, ms, %, MB/s, or empty
 * @param defaultValue empty for a parameter that is not there until it is set
 * @param powerOfTwo whether a number must be one
 */
public record ParameterSpec(
        QapiType type,
        String unit,
        Optional<Object> defaultValue,
        Optional<ParameterRange> range,
        boolean powerOfTwo) {

    private ParameterSpec(QapiType type, String unit, Optional<Object> defaultValue) {
        this(type, unit, defaultValue, Optional.empty(), false);
    }

    static ParameterSpec number(int bits, String unit, long value) {
        return new ParameterSpec(new QapiType.Uint(bits), unit, Optional.of(value));
    }

    static ParameterSpec flag(boolean value) {
        return new ParameterSpec(new QapiType.Bool(), "", Optional.of(value));
    }

    /** A text that the monitor may set to null, which means the empty text. */
    static ParameterSpec text() {
        return new ParameterSpec(new QapiType.StrOrNull(), "", Optional.of(""));
    }

    static ParameterSpec choice(String value, List<String> values) {
        return new ParameterSpec(new QapiType.Enumeration(values), "", Optional.of(value));
    }

    static ParameterSpec list(QapiType element, Optional<Object> value) {
        return new ParameterSpec(new QapiType.ListOf(element), "", value);
    }

    /** The same with a range in QEMU's words for most numbers. */
    ParameterSpec between(long minimum, long maximum) {
        return within(minimum, maximum, "a value between %d and %d".formatted(minimum, maximum));
    }

    /** The same with a range in QEMU's words for percentages. */
    ParameterSpec integer(long minimum, long maximum) {
        return within(
                minimum,
                maximum,
                "an integer in the range of %d to %d".formatted(minimum, maximum));
    }

    /** The same with a range in words of its own. */
    ParameterSpec within(long minimum, long maximum, String expectation) {
        return new ParameterSpec(
                type,
                unit,
                defaultValue,
                Optional.of(new ParameterRange(minimum, maximum, expectation)),
                false);
    }

    /** The same for powers of two in a range, in words of its own. */
    ParameterSpec powerOfTwo(long minimum, long maximum, String expectation) {
        ParameterSpec limited = within(minimum, maximum, expectation);
        return new ParameterSpec(type, unit, defaultValue, limited.range, true);
    }

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
}
