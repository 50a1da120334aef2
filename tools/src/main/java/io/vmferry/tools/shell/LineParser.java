package io.vmferry.tools.shell;

import java.util.ArrayList;
import java.util.List;
import org.jline.reader.CompletingParsedLine;
import org.jline.reader.EOFError;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;

/** Cuts a line for JLine as {@link Words} does; an open bracket goes on in the next line. */
final class LineParser implements Parser {

    @Override
    public ParsedLine parse(String line, int cursor, ParseContext context) {
        if (context != ParseContext.COMPLETE) {
            Words words = Words.of(line);
            if (words.unfinished() && context == ParseContext.ACCEPT_LINE) {
                throw new EOFError(-1, line.length(), "Open quote or bracket");
            }
            return new Line(line, cursor, words.texts(), words.list().size(), "");
        }
        List<Words.Word> before = Words.of(line.substring(0, cursor)).list();
        boolean within = !before.isEmpty() && before.getLast().end() == cursor;
        List<String> texts = new ArrayList<>(before.stream().map(Words.Word::text).toList());
        if (!within) {
            texts.add("");
        }
        return new Line(line, cursor, texts, texts.size() - 1, texts.getLast());
    }

    /** The word at the cursor ends there: what stands after is left as it is. */
    private record Line(String line, int cursor, List<String> words, int wordIndex, String word)
            implements CompletingParsedLine {

        @Override
        public int wordCursor() {
            return word.length();
        }

        @Override
        public CharSequence escape(CharSequence candidate, boolean complete) {
            return candidate;
        }

        @Override
        public int rawWordCursor() {
            return word.length();
        }

        @Override
        public int rawWordLength() {
            return word.length();
        }
    }
}
