package io.vmferry.tools.shell;

import java.util.ArrayList;
import java.util.List;

/**
 * A typed line, split at blanks outside of quotes and brackets, so that JSON can be typed as it is.
 * Quotes count at the beginning of a word or value and within brackets; they stay in the word,
 * since JSON needs them.
 *
 * @param list in order
 * @param unfinished whether a quote or bracket is still open at the end
 */
record Words(List<Word> list, boolean unfinished) {

    /**
     * A word and where it begins in the line.
     *
     * @param start counted in characters
     */
    record Word(int start, String text) {
        int end() {
            return start + text.length();
        }
    }

    Words {
        list = List.copyOf(list);
    }

    static Words of(String line) {
        return new Cutter(line).cut();
    }

    List<String> texts() {
        return list.stream().map(Word::text).toList();
    }

    private static final class Cutter {

        private final String line;
        private final List<Word> words = new ArrayList<>();
        private int start = -1;
        private int depth;
        private char quote;

        private Cutter(String line) {
            this.line = line;
        }

        private Words cut() {
            for (int i = 0; i < line.length(); i++) {
                char c = line.charAt(i);
                if (quote != 0) {
                    if (c == '\\') {
                        i++;
                    } else if (c == quote) {
                        quote = 0;
                    }
                } else if (depth == 0 && Character.isWhitespace(c)) {
                    end(i);
                } else {
                    take(c, i);
                }
            }
            boolean unfinished = quote != 0 || depth > 0;
            end(line.length());
            return new Words(words, unfinished);
        }

        private void take(char c, int at) {
            boolean valueBegins = start < 0 || line.charAt(at - 1) == '=';
            if (start < 0) {
                start = at;
            }
            if ((c == '"' || c == '\'') && (valueBegins || depth > 0)) {
                quote = c;
            } else if ((c == '{' || c == '[') && (valueBegins || depth > 0)) {
                depth++;
            } else if ((c == '}' || c == ']') && depth > 0) {
                depth--;
            }
        }

        private void end(int at) {
            if (start >= 0) {
                words.add(new Word(start, line.substring(start, at)));
                start = -1;
            }
        }
    }
}
