package io.vmferry.protocol.options;

import io.vmferry.protocol.Closest;
import io.vmferry.protocol.Named;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.qmp.QapiType;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Capabilities and parameters as a command line carries them. */
public final class OptionText {

    private static final String SIZE_SUFFIXES = "BKMGTPE";

    private OptionText() {}

    /** Reads {@code NAME} or {@code NAME=on|off}. */
    public static Map.Entry<Capability, Boolean> capability(String text, Profile profile)
            throws OptionException {
        int equals = text.indexOf('=');
        String name = equals < 0 ? text : text.substring(0, equals);
        Capability capability =
                Named.find(Capability.class, name)
                        .filter(c -> c.knownTo(profile))
                        .orElseThrow(() ->
                                unknown("capability", name, profile, Capability.knownBy(profile)));
        return Map.entry(
                capability, equals < 0 || flag("Capability", name, text.substring(equals + 1)));
    }

    /**
     * Reads {@code NAME=VALUE}. A number of bytes may have a suffix K, M, G, T, P or E for powers
     * of 1024; without one it counts bytes.
     */
    public static Map.Entry<Parameter, Object> parameter(String text, Profile profile)
            throws OptionException {
        int equals = text.indexOf('=');
        if (equals < 0) {
            throw new OptionException("Expected a parameter as NAME=VALUE, got '" + text + "'");
        }
        String name = text.substring(0, equals);
        Parameter parameter =
                Named.find(Parameter.class, name)
                        .filter(p -> p.knownTo(profile))
                        .orElseThrow(() ->
                                unknown("parameter", name, profile, Parameter.knownBy(profile)));
        return Map.entry(parameter, value(parameter, profile, text.substring(equals + 1)));
    }

    private static Object value(Parameter parameter, Profile profile, String text)
            throws OptionException {
        String name = parameter.text();
        ParameterSpec spec = parameter.spec(profile);
        return switch (spec.type()) {
            case QapiType.Bool bool -> flag("Parameter", name, text);
            case QapiType.Uint(int bits) ->
                    spec.unit().startsWith("bytes") ? size(name, text) : number(name, bits, text);
            case QapiType.Enumeration choice -> {
                if (!choice.values().contains(text)) {
                    throw new OptionException(
                            "Parameter '%s' is one of %s, got '%s'"
                                    .formatted(name, String.join(", ", choice.values()), text));
                }
                yield text;
            }
            case QapiType.Str str -> text;
            case QapiType.StrOrNull strOrNull -> text;
            case QapiType.Int integer -> number(name, 63, text);
            case QapiType.ListOf list -> throw monitorOnly(name);
            case QapiType.Members object -> throw monitorOnly(name);
            case QapiType.Real real -> throw monitorOnly(name);
            case QapiType.Any any -> throw monitorOnly(name);
        };
    }

    private static boolean flag(String what, String name, String text) throws OptionException {
        return switch (text) {
            case "on", "true", "yes" -> true;
            case "off", "false", "no" -> false;
            default ->
                    throw new OptionException(
                            "%s '%s' is on or off, got '%s'".formatted(what, name, text));
        };
    }

    private static long number(String name, int bits, String text) throws OptionException {
        try {
            long value = Long.parseUnsignedLong(text);
            if (bits == 64 || (value >>> bits) == 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Told below, like a number that is too big.
        }
        throw new OptionException(
                "Parameter '%s' expects a number of at most %d bits, got '%s'"
                        .formatted(name, bits, text));
    }

    private static long size(String name, String text) throws OptionException {
        String digits = text;
        int power = 0;
        if (!text.isEmpty()) {
            char last = text.toUpperCase(Locale.ROOT).charAt(text.length() - 1);
            int suffix = SIZE_SUFFIXES.indexOf(last);
            if (suffix >= 0) {
                power = suffix;
                digits = text.substring(0, text.length() - 1);
            }
        }
        if (digits.matches("\\d{1,20}(\\.\\d{1,18})?")) {
            BigDecimal bytes =
                    new BigDecimal(digits).multiply(BigDecimal.valueOf(1L << (10 * power)));
            if (bytes.toBigInteger().bitLength() <= 64) {
                return bytes.longValue();
            }
        }
        throw new OptionException(
                "Parameter '%s' expects a size such as 128M, got '%s'".formatted(name, text));
    }

    private static OptionException monitorOnly(String name) {
        return new OptionException(
                "Parameter '%s' is a list and can only be set on the monitor".formatted(name));
    }

    /** The refusal of a name: with the one that was probably meant, else with all of them. */
    private static OptionException unknown(
            String what, String name, Profile profile, Collection<? extends Named> known) {
        List<String> names = known.stream().map(Named::text).toList();
        String meant = Closest.question(name, names);
        return new OptionException(
                "Unknown %s '%s'%s"
                        .formatted(
                                what,
                                name,
                                meant.isEmpty()
                                        ? ", %s knows: %s"
                                                .formatted(profile.text(), String.join(", ", names))
                                        : meant));
    }
}
