package io.vmferry.protocol.qmp;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.HexFormat;
import java.util.Map;

/** Prints JSON as QEMU does: one line, a space after each colon and comma, ASCII only. */
public final class JsonText {

    private static final MathContext SEVENTEEN_DIGITS = new MathContext(17, RoundingMode.HALF_EVEN);

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private JsonText() {}

    /** The text of a value. */
    public static String print(JsonNode value) {
        StringBuilder out = new StringBuilder();
        append(out, value);
        return out.toString();
    }

    private static void append(StringBuilder out, JsonNode value) {
        if (value.isObject()) {
            appendObject(out, value);
        } else if (value.isArray()) {
            out.append('[');
            for (int i = 0; i < value.size(); i++) {
                out.append(i == 0 ? "" : ", ");
                append(out, value.get(i));
            }
            out.append(']');
        } else if (value.isTextual()) {
            appendString(out, value.textValue());
        } else if (value.isFloatingPointNumber()) {
            out.append(number(value.doubleValue()));
        } else {
            out.append(value.asText());
        }
    }

    private static void appendObject(StringBuilder out, JsonNode object) {
        out.append('{');
        String separator = "";
        for (Map.Entry<String, JsonNode> member : object.properties()) {
            out.append(separator);
            appendString(out, member.getKey());
            out.append(": ");
            append(out, member.getValue());
            separator = ", ";
        }
        out.append('}');
    }

    private static void appendString(StringBuilder out, String text) {
        out.append('"');
        int plainFrom = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x20 || c >= 0x7F || c == '"' || c == '\\') {
                out.append(text, plainFrom, i);
                appendEscaped(out, c);
                plainFrom = i + 1;
            }
        }
        out.append(text, plainFrom, text.length()).append('"');
    }

    private static void appendEscaped(StringBuilder out, char c) {
        switch (c) {
            case '"' -> out.append("\\\"");
            case '\\' -> out.append("\\\\");
            case '\b' -> out.append("\\b");
            case '\f' -> out.append("\\f");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            // no formatter: a string may have as many of these as a command has bytes
            default -> out.append("\\u").append(HEX.toHexDigits(c));
        }
    }

    /** A double with seventeen significant digits and no trailing zeros: C's {@code %.17g}. */
    private static String number(double value) {
        if (!Double.isFinite(value)) {
            return Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
        }
        if (value == 0) {
            return 1 / value < 0 ? "-0" : "0";
        }
        BigDecimal rounded = new BigDecimal(value).round(SEVENTEEN_DIGITS).stripTrailingZeros();
        int exponent = rounded.precision() - rounded.scale() - 1;
        if (exponent >= -4 && exponent < 17) {
            return rounded.toPlainString();
        }
        String digits = rounded.unscaledValue().abs().toString();
        String fraction = digits.length() == 1 ? "" : "." + digits.substring(1);
        return "%s%s%se%s%02d"
                .formatted(
                        value < 0 ? "-" : "",
                        digits.charAt(0),
                        fraction,
                        exponent < 0 ? "-" : "+",
                        Math.abs(exponent));
    }
}
