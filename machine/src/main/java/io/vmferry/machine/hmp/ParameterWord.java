package io.vmferry.machine.hmp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.vmferry.protocol.options.Parameter;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.qmp.QapiType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The value of a migration parameter as {@code migrate_set_parameter} reads it. */
record ParameterWord(Parameter parameter, String text, Profile profile) {

    /** A value that cannot be read; the message is HMP's. */
    static final class UnreadableException extends Exception {

        private static final long serialVersionUID = 1L;

        UnreadableException(String message) {
            super(message, null, false, false);
        }
    }

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final Pattern NUMBER = Pattern.compile("([-+]?)(0[xX]\\p{XDigit}+|\\d+)");
    private static final Pattern SIZE =
            Pattern.compile("\\s*([-+]?)(0[xX]\\p{XDigit}+|\\d+(\\.\\d*)?)([bBkKmMgGtTpPeE]?)");
    private static final String SUFFIXES = "BKMGTPE";
    private static final Set<String> ON = Set.of("on", "yes", "true", "y");
    private static final Set<String> OFF = Set.of("off", "no", "false", "n");

    /** Sizes of this many bits and no more. */
    private static final int BITS = 64;

    /** The value for {@code migrate-set-parameters}. */
    static JsonNode read(Parameter parameter, String text, Profile profile)
            throws UnreadableException {
        return new ParameterWord(parameter, text, profile).value();
    }

    private JsonNode value() throws UnreadableException {
        return switch (parameter) {
            case MAX_BANDWIDTH, AVAIL_SWITCHOVER_BANDWIDTH -> mebibytes();
            case XBZRLE_CACHE_SIZE -> signedSize(size("B"));
            case CPR_EXEC_COMMAND -> words();
            case BLOCK_BITMAP_MAPPING ->
                    throw new UnreadableException(
                            "The block-bitmap-mapping parameter can only be set through QMP");
            default -> byType(parameter.spec(profile).type());
        };
    }

    private JsonNode byType(QapiType type) throws UnreadableException {
        return switch (type) {
            case QapiType.Bool bool -> flag();
            case QapiType.Uint(int bits) ->
                    bits == BITS ? NODES.numberNode(size("B")) : NODES.numberNode(number(bits));
            case QapiType.Enumeration choice -> {
                if (!choice.values().contains(text)) {
                    throw new UnreadableException(
                            "Parameter '%s' does not accept value '%s'"
                                    .formatted(parameter.text(), text));
                }
                yield NODES.textNode(text);
            }
            case QapiType.Str str -> NODES.textNode(text);
            case QapiType.StrOrNull str -> NODES.textNode(text);
            case QapiType.Int integer -> throw unknown(type);
            case QapiType.ListOf list -> throw unknown(type);
            case QapiType.Members object -> throw unknown(type);
            case QapiType.Real real -> throw unknown(type);
            case QapiType.Any any -> throw unknown(type);
        };
    }

    private IllegalStateException unknown(QapiType type) {
        return new IllegalStateException("HMP has no word for " + parameter + " of " + type);
    }

    private JsonNode flag() throws UnreadableException {
        if (!ON.contains(text) && !OFF.contains(text)) {
            throw expects("'on' or 'off'");
        }
        return NODES.booleanNode(ON.contains(text));
    }

    private UnreadableException expects(String what) {
        return new UnreadableException(
                "Parameter '%s' expects %s".formatted(parameter.text(), what));
    }

    /** As C reads it: negative numbers are those of 64 bits from above. */
    private long number(int bits) throws UnreadableException {
        Matcher matcher = NUMBER.matcher(text);
        if (!matcher.matches()) {
            throw expects("uint64");
        }
        BigInteger value = unsigned(matcher.group(2), true);
        if (matcher.group(1).equals("-") || value.bitLength() > bits) {
            throw expects("uint%d_t".formatted(bits));
        }
        return value.longValue();
    }

    private static BigInteger unsigned(String digits, boolean octal) {
        if (digits.startsWith("0x") || digits.startsWith("0X")) {
            return new BigInteger(digits.substring(2), 16);
        }
        boolean eight = octal && digits.matches("0[0-7]+");
        return new BigInteger(digits, eight ? 8 : 10);
    }

    /** A bandwidth, in MiB/s unless it says otherwise. */
    private JsonNode mebibytes() throws UnreadableException {
        try {
            return signedSize(size("M"));
        } catch (UnreadableException e) {
            throw invalidSize();
        }
    }

    private JsonNode signedSize(BigInteger value) throws UnreadableException {
        if (value.bitLength() >= BITS) {
            throw invalidSize();
        }
        return NODES.numberNode(value);
    }

    private UnreadableException invalidSize() {
        return new UnreadableException("Invalid size " + text);
    }

    private BigInteger size(String defaultUnit) throws UnreadableException {
        Matcher matcher = SIZE.matcher(text);
        if (!matcher.matches()) {
            throw noSize();
        }
        if (matcher.group(1).equals("-")) {
            throw profile.has(Trait.HMP_NEGATIVE_SIZE) ? outOfRange() : noSize();
        }
        String unit = matcher.group(4).isEmpty() ? defaultUnit : matcher.group(4);
        int power = 10 * SUFFIXES.indexOf(unit.toUpperCase(Locale.ROOT));
        BigInteger value;
        if (matcher.group(3) == null) {
            value = unsigned(matcher.group(2), false).shiftLeft(power);
        } else if (power == 0) {
            throw noSize();
        } else {
            value =
                    new BigDecimal(matcher.group(2))
                            .multiply(new BigDecimal(BigInteger.ONE.shiftLeft(power)))
                            .toBigInteger();
        }
        if (value.bitLength() > BITS) {
            throw outOfRange();
        }
        return value;
    }

    private UnreadableException outOfRange() {
        return new UnreadableException(
                "Value '%s' is out of range for parameter '%s'".formatted(text, parameter.text()));
    }

    private UnreadableException noSize() {
        return expects(
                "a non-negative number below 2^64\n"
                        + "Optional suffix k, M, G, T, P or E means kilo-, mega-, giga-, tera-,"
                        + " peta-\nand exabytes, respectively.");
    }

    /** A command line, as a shell takes it apart. */
    private JsonNode words() throws UnreadableException {
        ArrayNode words = NODES.arrayNode();
        StringBuilder word = new StringBuilder();
        boolean begun = false;
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else {
                    word.append(c);
                }
            } else if (c == '\'' || c == '"') {
                quote = c;
                begun = true;
            } else if (Character.isWhitespace(c)) {
                if (begun) {
                    words.add(word.toString());
                    word.setLength(0);
                    begun = false;
                }
            } else {
                word.append(c);
                begun = true;
            }
        }
        if (quote != 0) {
            throw new UnreadableException(
                    "Text ended before matching quote was found for %c. (The text was “%s”)"
                            .formatted(quote, text));
        }
        if (begun) {
            words.add(word.toString());
        }
        return words;
    }
}
