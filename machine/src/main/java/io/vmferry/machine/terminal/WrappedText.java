package io.vmferry.machine.terminal;

import java.util.ArrayList;
import java.util.List;

/** Text whose lines are broken at blanks so that they fit a width. */
public final class WrappedText {

    /** What a line that goes on is indented by: the width of the names in a verdict. */
    private static final int NAMES = 13;

    private static final String INDENTED = "  ";

    private WrappedText() {}

    /**
     * The text with lines of at most so many columns, unless a word alone is longer. What goes on
     * stands below the content of a line that begins with a name.
     */
    public static String fit(String text, int columns) {
        List<String> lines = new ArrayList<>();
        for (String line : text.split("\n", -1)) {
            int indent =
                    line.startsWith(INDENTED) && columns > 2 * NAMES ? NAMES : INDENTED.length();
            addTo(lines, line, " ".repeat(indent), columns);
        }
        return String.join("\n", lines);
    }

    private static void addTo(List<String> lines, String line, String indent, int columns) {
        String rest = line;
        while (rest.length() > columns) {
            int first = rest.length() - rest.stripLeading().length();
            int at = rest.lastIndexOf(' ', columns);
            if (at <= Math.max(first, indent.length())) {
                at = rest.indexOf(' ', columns);
            }
            if (at < 0) {
                break;
            }
            lines.add(rest.substring(0, at).stripTrailing());
            rest = indent + rest.substring(at).strip();
        }
        lines.add(rest);
    }
}
