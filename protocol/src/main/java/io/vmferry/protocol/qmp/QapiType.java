package io.vmferry.protocol.qmp;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The shape of a command's arguments and results, in the words of QEMU's schema language. A feature
 * such as {@link #UNSTABLE} is for the introspection alone; values are held against the rest.
 */
public sealed interface QapiType {

    /** The feature of what may change or go without warning. */
    String UNSTABLE = "unstable";

    /** The feature of what is going to be removed. */
    String DEPRECATED = "deprecated";

    /** QEMU's {@code str}. */
    record Str() implements QapiType {}

    /** QEMU's {@code bool}. */
    record Bool() implements QapiType {}

    /** QEMU's {@code int}: 64 bits with a sign. */
    record Int() implements QapiType {}

    /**
     * QEMU's {@code uint8}, {@code uint32}, {@code uint64} and {@code size}. A negative number is
     * taken for its two's complement where 64 bits are asked for, as QEMU does.
     */
    record Uint(int bits) implements QapiType {
        /** Checks the width. */
        public Uint {
            if (bits != 8 && bits != 16 && bits != 32 && bits != 64) {
                throw new IllegalArgumentException("No integer has " + bits + " bits");
            }
        }
    }

    /** QEMU's {@code number}: a floating-point number. */
    record Real() implements QapiType {}

    /**
     * An enumeration with its values in order.
     *
     * @param features the feature of those values that have one
     */
    record Enumeration(List<String> values, Map<String, String> features) implements QapiType {
        /** Copies both. */
        public Enumeration {
            values = List.copyOf(values);
            features = Map.copyOf(features);
        }

        /** An enumeration whose values have no features. */
        public Enumeration(List<String> values) {
            this(values, Map.of());
        }
    }

    /** A list of one type. */
    record ListOf(QapiType element) implements QapiType {}

    /** QEMU's {@code StrOrNull}. */
    record StrOrNull() implements QapiType {}

    /** Anything at all. */
    record Any() implements QapiType {}

    /** An object. */
    sealed interface Members extends QapiType {}

    /** An object with known members. */
    record Struct(List<Member> members) implements Members {
        /** Copies the members. */
        public Struct {
            members = List.copyOf(members);
        }
    }

    /** An object whose further members depend on the value of one of its base members. */
    record Union(Struct base, String discriminator, Map<String, Members> variants)
            implements Members {
        /** Copies the variants, in their order. */
        public Union {
            variants = Collections.unmodifiableMap(new LinkedHashMap<>(variants));
        }
    }

    /** A member of an object. */
    record Member(String name, QapiType type, boolean optional, List<String> features) {
        /** Copies the features. */
        public Member {
            features = List.copyOf(features);
        }

        /** The same member, {@link #UNSTABLE} or {@link #DEPRECATED}. */
        public Member with(String feature) {
            return new Member(name, type, optional, List.of(feature));
        }
    }

    /** An object. */
    static Struct struct(Member... members) {
        return new Struct(Arrays.asList(members));
    }

    /** A member that must be there. */
    static Member required(String name, QapiType type) {
        return new Member(name, type, false, List.of());
    }

    /** A member that may be left out. */
    static Member optional(String name, QapiType type) {
        return new Member(name, type, true, List.of());
    }

    /**
     * Holds a value against this type, which is the one of all arguments of a command.
     *
     * @throws QmpException with QEMU's words for the first member that does not fit
     */
    default void check(JsonNode value) throws QmpException {
        QapiCheck.check(this, value);
    }
}
