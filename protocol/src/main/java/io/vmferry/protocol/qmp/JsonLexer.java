package io.vmferry.protocol.qmp;

import io.vmferry.protocol.qmp.JsonToken.JsonTokenKind;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Cuts bytes into JSON words, one byte at a time, so that it does not matter how they arrive.
 * Strings may have single quotes. After a byte that fits nowhere everything is skipped up to a
 * structural character, a control character or one of 0xFE and 0xFF, which no text holds: a client
 * that lost its place sends 0xFF to find it again.
 */
final class JsonLexer {

    private static final int KEPT_BUFFER_BYTES = 4096;
    private static final byte[] NO_TEXT = {};

    private enum LexerState {
        BETWEEN,
        SKIPPING,
        IN_STRING,
        IN_ESCAPE,
        IN_KEYWORD,
        AFTER_MINUS,
        AFTER_ZERO,
        IN_DIGITS,
        AFTER_POINT,
        IN_FRACTION,
        AFTER_E,
        AFTER_E_SIGN,
        IN_EXPONENT
    }

    private final int maxTokenBytes;
    private final Consumer<JsonToken> sink;
    private LexerState state = LexerState.BETWEEN;
    private int quote;
    private byte[] text = new byte[64];
    private int length;
    private long line = 1;
    private long column;
    private long startLine = 1;
    private long startColumn = 1;

    JsonLexer(int maxTokenBytes, Consumer<JsonToken> sink) {
        this.maxTokenBytes = maxTokenBytes;
        this.sink = sink;
    }

    /** Takes one byte, 0 to 255. */
    void take(int c) {
        column++;
        if (c == '\n') {
            column = 0;
            line++;
        }
        if (!step(c)) {
            // The byte ended a word or the skipping and is looked at again.
            step(c);
        }
    }

    /** Drops what is held and skips to a place where a value may begin. */
    void skip() {
        length = 0;
        state = LexerState.SKIPPING;
    }

    private boolean step(int c) {
        switch (state) {
            case BETWEEN -> begin(c);
            case SKIPPING -> {
                return keepSkipping(c);
            }
            case IN_STRING -> inString(c);
            case IN_ESCAPE -> goOnIf(c >= 0x20 && c < 0xFE, c, LexerState.IN_STRING);
            case IN_KEYWORD -> {
                return goOnOrEnd(
                        c >= 'a' && c <= 'z', c, LexerState.IN_KEYWORD, JsonTokenKind.KEYWORD);
            }
            case AFTER_MINUS ->
                    goOnIf(isDigit(c), c, c == '0' ? LexerState.AFTER_ZERO : LexerState.IN_DIGITS);
            case AFTER_ZERO -> {
                if (isDigit(c)) {
                    stray(c);
                    return true;
                }
                // No exponent here: QEMU reads the words 0 and e5 in 0e5.
                return goOnOrEnd(c == '.', c, LexerState.AFTER_POINT, JsonTokenKind.INTEGER);
            }
            case IN_DIGITS -> {
                return isDigit(c) ? goOn(c, LexerState.IN_DIGITS) : afterInteger(c);
            }
            case AFTER_POINT -> goOnIf(isDigit(c), c, LexerState.IN_FRACTION);
            case IN_FRACTION -> {
                return isDigit(c)
                        ? goOn(c, LexerState.IN_FRACTION)
                        : goOnOrEnd(isE(c), c, LexerState.AFTER_E, JsonTokenKind.FLOAT);
            }
            case AFTER_E ->
                    goOnIf(
                            isDigit(c) || c == '+' || c == '-',
                            c,
                            isDigit(c) ? LexerState.IN_EXPONENT : LexerState.AFTER_E_SIGN);
            case AFTER_E_SIGN -> goOnIf(isDigit(c), c, LexerState.IN_EXPONENT);
            case IN_EXPONENT -> {
                return goOnOrEnd(isDigit(c), c, LexerState.IN_EXPONENT, JsonTokenKind.FLOAT);
            }
        }
        return true;
    }

    private void begin(int c) {
        switch (c) {
            case ' ', '\t', '\r', '\n' -> beginNext();
            case '{' -> emit(JsonTokenKind.LEFT_BRACE, NO_TEXT);
            case '}' -> emit(JsonTokenKind.RIGHT_BRACE, NO_TEXT);
            case '[' -> emit(JsonTokenKind.LEFT_BRACKET, NO_TEXT);
            case ']' -> emit(JsonTokenKind.RIGHT_BRACKET, NO_TEXT);
            case ':' -> emit(JsonTokenKind.COLON, NO_TEXT);
            case ',' -> emit(JsonTokenKind.COMMA, NO_TEXT);
            case '"', '\'' -> {
                quote = c;
                goOn(c, LexerState.IN_STRING);
            }
            case '-' -> goOn(c, LexerState.AFTER_MINUS);
            case '0' -> goOn(c, LexerState.AFTER_ZERO);
            default -> {
                if (isDigit(c)) {
                    goOn(c, LexerState.IN_DIGITS);
                } else {
                    goOnIf(c >= 'a' && c <= 'z', c, LexerState.IN_KEYWORD);
                }
            }
        }
    }

    private boolean keepSkipping(int c) {
        boolean promising = (c < 0x20 && c != '\t') || c >= 0xFE || "{}[]:,".indexOf(c) >= 0;
        if (promising) {
            state = LexerState.BETWEEN;
            beginNext();
        }
        return !promising;
    }

    private void inString(int c) {
        if (c < 0x20 || c >= 0xFE) {
            stray(c);
        } else if (c == '\\') {
            goOn(c, LexerState.IN_ESCAPE);
        } else {
            goOn(c, LexerState.IN_STRING);
            if (c == quote && state == LexerState.IN_STRING) {
                end(JsonTokenKind.STRING);
            }
        }
    }

    private boolean afterInteger(int c) {
        if (c == '.') {
            return goOn(c, LexerState.AFTER_POINT);
        }
        return goOnOrEnd(isE(c), c, LexerState.AFTER_E, JsonTokenKind.INTEGER);
    }

    private boolean goOnOrEnd(boolean fits, int c, LexerState next, JsonTokenKind kind) {
        if (fits) {
            return goOn(c, next);
        }
        end(kind);
        return false;
    }

    private void goOnIf(boolean fits, int c, LexerState next) {
        if (fits) {
            goOn(c, next);
        } else {
            stray(c);
        }
    }

    private boolean goOn(int c, LexerState next) {
        if (length >= maxTokenBytes) {
            skip();
            emit(JsonTokenKind.OVERSIZE, NO_TEXT);
            return true;
        }
        append(c);
        state = next;
        return true;
    }

    private void append(int c) {
        if (length == text.length) {
            text = Arrays.copyOf(text, length * 2);
        }
        text[length++] = (byte) c;
    }

    private void end(JsonTokenKind kind) {
        byte[] word = Arrays.copyOf(text, length);
        length = 0;
        state = LexerState.BETWEEN;
        if (text.length > KEPT_BUFFER_BYTES) {
            text = new byte[64];
        }
        emit(kind, word);
    }

    private void emit(JsonTokenKind kind, byte[] word) {
        JsonToken token = new JsonToken(kind, word, startLine, startColumn);
        beginNext();
        sink.accept(token);
    }

    /**
     * The next word begins after this byte. So it does for QEMU even when this byte has only ended
     * the last word and is the next one itself, whose column is then reported one too high.
     */
    private void beginNext() {
        startLine = line;
        startColumn = column + 1;
    }

    private void stray(int c) {
        append(c);
        end(JsonTokenKind.STRAY);
        skip();
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isE(int c) {
        return c == 'e' || c == 'E';
    }
}
