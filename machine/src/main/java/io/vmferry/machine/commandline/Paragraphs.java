package io.vmferry.machine.commandline;

import java.util.ArrayList;
import java.util.List;

/** Breaks text between words, never within one. */
public final class Paragraphs {

    private Paragraphs() {}

    /**
     * The lines of one paragraph.
     *
     * @param width of a line; a longer word has a line of its own
     */
    public static List<String> broken(String text, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.strip().split("\\s+")) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }

    /** A paragraph with something to the left of its first line, and its lines below each other. */
    static List<String> beside(String left, String text, int indent, int width) {
        List<String> lines = new ArrayList<>();
        boolean fits = left.length() + (left.endsWith(" ") ? 0 : 2) <= indent;
        if (!fits) {
            lines.add(left);
        }
        String before = fits ? left + " ".repeat(indent - left.length()) : " ".repeat(indent);
        for (String line : broken(text, width - indent)) {
            lines.add(before + line);
            before = " ".repeat(indent);
        }
        return lines;
    }
}
