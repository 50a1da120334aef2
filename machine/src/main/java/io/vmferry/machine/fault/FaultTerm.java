package io.vmferry.machine.fault;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A name with arguments, as places and actions of a fault plan are written: {@code kill}, {@code
 * stall(main,2s)}, {@code pong(0x42)}.
 *
 * @param name lower case words joined by {@code -}
 * @param arguments empty when there are no parentheses; a comma within inner parentheses does not
 *     separate them
 */
public record FaultTerm(String name, List<String> arguments) {

    private static final Pattern FORM = Pattern.compile("([a-z][a-z0-9-]*)(?:\\((.*)\\))?");

    public FaultTerm {
        arguments = List.copyOf(arguments);
    }

    /**
     * Reads a term.
     *
     * @throws IllegalArgumentException with one clear line when the text is none
     */
    public static FaultTerm parse(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException(
                    "a place or an action is missing: expected WHERE:WHAT");
        }
        Matcher matcher = FORM.matcher(text.strip());
        if (!matcher.matches() || !balanced(text)) {
            throw new IllegalArgumentException(
                    "'%s' is not NAME or NAME(ARGUMENT,…)".formatted(text.strip()));
        }
        String inside = matcher.group(2);
        List<String> arguments = inside == null ? List.of() : PlanText.split(inside, ',');
        if (arguments.contains("")) {
            throw new IllegalArgumentException(
                    "'%s' has an empty argument".formatted(text.strip()));
        }
        return new FaultTerm(matcher.group(1), arguments);
    }

    private static boolean balanced(String text) {
        return text.chars().filter(c -> c == '(').count()
                == text.chars().filter(c -> c == ')').count();
    }

    @Override
    public String toString() {
        return arguments.isEmpty() ? name : name + "(" + String.join(",", arguments) + ")";
    }
}
