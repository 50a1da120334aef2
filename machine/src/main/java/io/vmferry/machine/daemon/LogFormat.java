package io.vmferry.machine.daemon;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What {@code --log-format} can be. */
public enum LogFormat {
    /** Lines for people. */
    TEXT,
    /** A JSON object a line, and nothing else on stderr. */
    JSON;

    static final String OPTION = "--log-format";

    private String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<LogFormat> ofText(String text) {
        return Arrays.stream(values()).filter(format -> format.text().equals(text)).findFirst();
    }

    /**
     * Looks for the format in a command line that is not parsed yet. What is no format is told when
     * the command line is parsed.
     */
    static LogFormat in(List<String> words) {
        LogFormat found = TEXT;
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (word.startsWith(OPTION + "=")) {
                found = ofText(word.substring(OPTION.length() + 1)).orElse(found);
            } else if (word.equals(OPTION) && i + 1 < words.size()) {
                found = ofText(words.get(i + 1)).orElse(found);
            }
        }
        return found;
    }
}
