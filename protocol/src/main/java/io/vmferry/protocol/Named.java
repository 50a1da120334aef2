package io.vmferry.protocol;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** An enum constant that command lines, monitors or peers know by a text. */
public interface Named {

    /** The name in Java, which every enum constant has. */
    String name();

    /** The text: the name in small letters with hyphens, unless the constant says otherwise. */
    default String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The constant with a text, or empty. */
    static <E extends Enum<E> & Named> Optional<E> find(Class<E> type, String text) {
        return Arrays.stream(type.getEnumConstants())
                .filter(e -> e.text().equals(text))
                .findFirst();
    }

    /**
     * The constant with a text.
     *
     * @param what the constants are, for the refusal
     * @throws IllegalArgumentException that says what would have been accepted
     */
    static <E extends Enum<E> & Named> E require(Class<E> type, String what, String text) {
        return find(type, text)
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "Unknown %s '%s'%s: expected one of %s"
                                        .formatted(
                                                what,
                                                text,
                                                Closest.hint(text, all(type)),
                                                texts(type))));
    }

    /** All texts in the order of the constants, for people. */
    static <E extends Enum<E> & Named> String texts(Class<E> type) {
        return String.join(", ", all(type));
    }

    private static <E extends Enum<E> & Named> List<String> all(Class<E> type) {
        return Arrays.stream(type.getEnumConstants()).map(Named::text).toList();
    }
}
