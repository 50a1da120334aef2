package io.vmferry.machine.fault;

import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Reads {@code after TIME} and {@code NAME[(ARGUMENT)][#ORDINAL][@PERCENT%|@SIZE][+TIME]}. */
final class FaultPlaceParser {

    private static final String AFTER = "after ";

    private String rest;

    private FaultPlaceParser(String text) {
        this.rest = text;
    }

    static FaultPlace parse(String text) {
        if (text.startsWith(AFTER)) {
            return new FaultPlace.After(TimeText.parse(text.substring(AFTER.length())));
        }
        return new FaultPlaceParser(text).at();
    }

    /** From the end to the beginning: what stands in front of the last mark is still to be read. */
    private FaultPlace.At at() {
        String delay = takeAfter('+');
        String position = takeAfter('@');
        String ordinal = takeAfter('#');
        boolean percent = position != null && position.endsWith("%");
        return new FaultPlace.At(
                FaultTerm.parse(rest),
                ordinal == null ? 1 : number("ordinal", ordinal, 1, Integer.MAX_VALUE),
                position != null && percent
                        ? OptionalInt.of(percent(position))
                        : OptionalInt.empty(),
                position == null || percent
                        ? OptionalLong.empty()
                        : OptionalLong.of(PlanText.bytes(position)),
                delay == null ? 0 : TimeText.parse(delay));
    }

    private @Nullable String takeAfter(char mark) {
        int at = PlanText.find(rest, mark, 0);
        if (at < 0) {
            return null;
        }
        String taken = rest.substring(at + 1);
        rest = rest.substring(0, at);
        return taken;
    }

    private static int percent(String text) {
        return number("percentage", text.substring(0, text.length() - 1), 0, 100);
    }

    private static int number(String what, String text, int least, int most) {
        try {
            int value = Integer.parseInt(text);
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException _) {
            // told below
        }
        throw new IllegalArgumentException(
                "'%s' is not the %s of a place: expected a whole number from %d to %d"
                        .formatted(text, what, least, most));
    }
}
