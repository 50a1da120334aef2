package io.vmferry.machine.terminal;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Text that is broken between words, never within one, so that it fits a width. */
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
        return text.lines()
                .map(line ->
                        line.startsWith(INDENTED)
                                ? fitRow(line, columns, NAMES)
                                : fitted(line, columns, INDENTED.length()))
                .collect(Collectors.joining("\n"));
    }

    /**
     * A row of a table in lines of at most so many columns, unless a word alone is longer.
     *
     * @param names how wide the names in front of the row's last cell are, below which it goes on
     *     where there is room for both
     */
    public static String fitRow(String row, int columns, int names) {
        return fitted(row, columns, columns > 2 * names ? names : INDENTED.length());
    }

    private static String fitted(String line, int columns, int indent) {
        List<String> lines = new ArrayList<>();
        addTo(lines, line, " ".repeat(indent), columns);
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

    /**
     * The lines of one paragraph.
     *
     * @param columns of a line; a longer word has a line of its own
     */
    public static List<String> broken(String text, int columns) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.strip().split("\\s+")) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > columns) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }

    /** A paragraph with something to the left of its first line, and its lines below each other. */
    public static List<String> beside(String left, String text, int indent, int columns) {
        List<String> lines = new ArrayList<>();
        boolean fits = left.length() + (left.endsWith(" ") ? 0 : 2) <= indent;
        if (!fits) {
            lines.add(left);
        }
        String before = fits ? left + " ".repeat(indent - left.length()) : " ".repeat(indent);
        for (String line : broken(text, columns - indent)) {
            lines.add(before + line);
            before = " ".repeat(indent);
        }
        return lines;
    }
}
