package io.vmferry.machine.hmp;

import java.util.function.IntPredicate;

/** A command line and how far it has been read. */
final class HmpLine {

    private final String text;
    private int at;

    HmpLine(String text) {
        this.text = text;
        skipSpace();
    }

    /** The next character, or 0 at the end. */
    char peek() {
        return at < text.length() ? text.charAt(at) : 0;
    }

    /** The next character, which is read. */
    char take() {
        char next = peek();
        at++;
        return next;
    }

    /** Reads one character if it is the next one. */
    boolean take(char wanted) {
        if (peek() != wanted) {
            return false;
        }
        at++;
        return true;
    }

    /** The unread rest of the line. */
    String rest() {
        return text.substring(at);
    }

    void skip(int characters) {
        at += characters;
    }

    boolean atEnd() {
        return at >= text.length();
    }

    void skipSpace() {
        takeWhile(Character::isWhitespace);
    }

    /** Reads characters while they match. */
    String takeWhile(IntPredicate fits) {
        int start = at;
        while (at < text.length() && fits.test(text.charAt(at))) {
            at++;
        }
        return text.substring(start, at);
    }

    /** Reads the name of a command: to the next space or slash. */
    String name() {
        return takeWhile(c -> !Character.isWhitespace(c) && c != '/');
    }

    /** Everything that has been read. */
    String readSoFar() {
        return text.substring(0, at);
    }

    /**
     * Reads an option of one letter, if it is the next word.
     *
     * @param later the letters that may still follow; others are refused
     */
    boolean option(String command, char letter, String later) throws HmpSyntaxException {
        skipSpace();
        if (peek() != '-') {
            return false;
        }
        char given = at + 1 < text.length() ? text.charAt(at + 1) : 0;
        if (given == letter) {
            at += 2;
            return true;
        }
        if (later.indexOf(given) < 0) {
            throw new HmpSyntaxException("%s: unsupported option -%c".formatted(command, given));
        }
        return false;
    }

    /** Reads a word, or a text in double quotes. */
    String word(String command) throws HmpSyntaxException {
        skipSpace();
        if (atEnd()) {
            throw new HmpSyntaxException(command + ": string expected");
        }
        if (!take('"')) {
            return takeWhile(c -> !Character.isWhitespace(c));
        }
        StringBuilder word = new StringBuilder();
        while (!take('"')) {
            if (atEnd()) {
                throw new HmpSyntaxException(command + ": string expected");
            }
            word.append(take('\\') ? escaped(command) : take());
        }
        return word.toString();
    }

    private char escaped(String command) throws HmpSyntaxException {
        char escape = take();
        return switch (escape) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case '\\', '\'', '"' -> escape;
            default -> throw new HmpSyntaxException(command + ": string expected");
        };
    }

    /** Reads {@code on} or {@code off}. */
    boolean flag() throws HmpSyntaxException {
        skipSpace();
        String word = takeWhile(c -> !Character.isWhitespace(c));
        return switch (word) {
            case "on" -> true;
            case "off" -> false;
            default -> throw new HmpSyntaxException("Expected 'on' or 'off'");
        };
    }

    /** Reads all that is left as one word. */
    String last(String command) throws HmpSyntaxException {
        skipSpace();
        if (atEnd()) {
            throw new HmpSyntaxException(command + ": string expected");
        }
        return takeWhile(c -> true);
    }

    /** Nothing but space may follow. */
    void end(String command) throws HmpSyntaxException {
        skipSpace();
        if (!atEnd()) {
            throw new HmpSyntaxException(command + ": extraneous characters at the end of line");
        }
    }

    /** A command line that cannot be read; the message is what HMP prints. */
    static final class HmpSyntaxException extends Exception {

        private static final long serialVersionUID = 1L;

        HmpSyntaxException(String message) {
            super(message, null, false, false);
        }
    }
}
