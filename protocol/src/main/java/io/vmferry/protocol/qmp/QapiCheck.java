package io.vmferry.protocol.qmp;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * Holds values against their declared shape: members in the order of the declaration, those that
 * were not declared at the end.
 */
final class QapiCheck {

    private QapiCheck() {}

    /** Checks the arguments of a command. */
    static void check(QapiType type, JsonNode value) throws QmpException {
        check(type, value, new ArgumentPath("", "null"));
    }

    /**
     * Where a value stands.
     *
     * @param path the way there from the arguments, for example {@code capabilities[0].state}
     * @param name the last member name on that way; QEMU prints {@code null} for a list element
     */
    private record ArgumentPath(String path, String name) {
        ArgumentPath member(String member) {
            return new ArgumentPath(path.isEmpty() ? member : path + "." + member, member);
        }

        ArgumentPath element(int index) {
            return new ArgumentPath("%s[%d]".formatted(path, index), "null");
        }

        QmpException expected(String type) {
            return QmpException.generic(
                    "Invalid parameter type for '%s', expected: %s".formatted(path, type));
        }
    }

    private static void check(QapiType type, JsonNode value, ArgumentPath place)
            throws QmpException {
        switch (type) {
            case QapiType.Str str -> require(value.isTextual(), place, "string");
            case QapiType.Bool bool -> require(value.isBoolean(), place, "boolean");
            case QapiType.Int integer ->
                    require(value.isIntegralNumber() && value.canConvertToLong(), place, "integer");
            case QapiType.Uint(int bits) -> unsigned(bits, value, place);
            case QapiType.StrOrNull strOrNull ->
                    require(value.isTextual() || value.isNull(), place, "StrOrNull");
            case QapiType.Real real -> require(value.isNumber(), place, "number");
            case QapiType.Enumeration enumeration ->
                    enumeration(enumeration.values(), value, place);
            case QapiType.ListOf(QapiType element) -> list(element, value, place);
            case QapiType.Members object -> {
                require(value.isObject(), place, "object");
                unexpected(members(object, value, place), value, place);
            }
            case QapiType.Any any -> {}
        }
    }

    private static void require(boolean fits, ArgumentPath place, String type) throws QmpException {
        if (!fits) {
            throw place.expected(type);
        }
    }

    private static void unsigned(int bits, JsonNode value, ArgumentPath place) throws QmpException {
        boolean fits =
                value.isIntegralNumber()
                        && (value.canConvertToLong() || value.bigIntegerValue().bitLength() <= 64);
        if (!fits) {
            throw QmpException.generic("Parameter '%s' expects uint64".formatted(place.path()));
        }
        BigInteger number = value.bigIntegerValue();
        if (bits < 64 && (number.signum() < 0 || number.bitLength() > bits)) {
            throw QmpException.generic(
                    "Parameter '%s' expects uint%d_t".formatted(place.name(), bits));
        }
    }

    private static void enumeration(List<String> values, JsonNode value, ArgumentPath place)
            throws QmpException {
        require(value.isTextual(), place, "string");
        if (!values.contains(value.textValue())) {
            throw QmpException.generic(
                    "Parameter '%s' does not accept value '%s'"
                            .formatted(place.name(), value.textValue()));
        }
    }

    private static void list(QapiType element, JsonNode value, ArgumentPath place)
            throws QmpException {
        require(value.isArray(), place, "array");
        for (int i = 0; i < value.size(); i++) {
            check(element, value.get(i), place.element(i));
        }
    }

    private static List<String> members(QapiType.Members object, JsonNode value, ArgumentPath place)
            throws QmpException {
        return switch (object) {
            case QapiType.Struct struct -> struct(struct, value, place);
            case QapiType.Union union -> union(union, value, place);
        };
    }

    private static List<String> union(QapiType.Union union, JsonNode value, ArgumentPath place)
            throws QmpException {
        List<String> expected = new ArrayList<>(struct(union.base(), value, place));
        QapiType.Members variant =
                union.variants().get(value.get(union.discriminator()).textValue());
        if (variant != null) {
            expected.addAll(members(variant, value, place));
        }
        return expected;
    }

    private static List<String> struct(QapiType.Struct struct, JsonNode value, ArgumentPath place)
            throws QmpException {
        List<String> names = new ArrayList<>();
        for (QapiType.Member member : struct.members()) {
            names.add(member.name());
            ArgumentPath at = place.member(member.name());
            JsonNode found = value.get(member.name());
            if (found != null) {
                check(member.type(), found, at);
            } else if (!member.optional()) {
                throw QmpException.generic("Parameter '%s' is missing".formatted(at.path()));
            }
        }
        return names;
    }

    private static void unexpected(List<String> expected, JsonNode value, ArgumentPath place)
            throws QmpException {
        Set<String> names = new HashSet<>(expected);
        Iterator<String> given = value.fieldNames();
        while (given.hasNext()) {
            String name = given.next();
            if (!names.contains(name)) {
                throw QmpException.generic(
                        "Parameter '%s' is unexpected".formatted(place.member(name).path()));
            }
        }
    }
}
