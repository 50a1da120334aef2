package io.vmferry.protocol.qmp;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The shape of a command's arguments, in the words of QEMU's schema language. */
public sealed interface QapiType {

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

    /** An enumeration with its values in order. */
    record Enumeration(List<String> values) implements QapiType {
        /** Copies the values. */
        public Enumeration {
            values = List.copyOf(values);
        }
    }

    /** A list of one type. */
    record ListOf(QapiType element) implements QapiType {}

    /** QEMU's {@code StrOrNull}. */
    record StrOrNull() implements QapiType {}

    /** Anything at all. */
    record Any() implements QapiType {}

    /** An object with known members. */
    record Struct(List<Member> members) implements QapiType {
        /** Copies the members. */
        public Struct {
            members = List.copyOf(members);
        }
    }

    /** An object whose further members depend on the value of one of its base members. */
    record Union(Struct base, String discriminator, Map<String, Struct> variants)
            implements QapiType {
        /** Copies the variants. */
        public Union {
            variants = Map.copyOf(variants);
        }
    }

    /** A member of an object. */
    record Member(String name, QapiType type, boolean optional) {}

    /** An object. */
    static Struct struct(Member... members) {
        return new Struct(Arrays.asList(members));
    }

    /** A member that must be there. */
    static Member required(String name, QapiType type) {
        return new Member(name, type, false);
    }

    /** A member that may be left out. */
    static Member optional(String name, QapiType type) {
        return new Member(name, type, true);
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
