package io.vmferry.machine.hmp;

import io.vmferry.machine.hmp.HmpLine.HmpSyntaxException;

/**
 * The format of {@code xp}: {@code /COUNT FORMAT SIZE}.
 *
 * @param letter o, d, u, x, i or c
 * @param itemBytes 1, 2, 4 or 8
 */
record DumpFormat(long count, char letter, int itemBytes) {

    /** The default format of a monitor. */
    static final DumpFormat FIRST = new DumpFormat(1, 'x', 4);

    private static final int MAX_COUNT_DIGITS = 9;

    /** Reads a format, if there is one; missing parts are taken from the last one. */
    static DumpFormat read(HmpLine line, DumpFormat last) throws HmpSyntaxException {
        line.skipSpace();
        if (!line.take('/')) {
            return new DumpFormat(1, last.letter, last.itemBytes);
        }
        String digits = line.takeWhile(c -> c >= '0' && c <= '9');
        if (digits.length() > MAX_COUNT_DIGITS) {
            throw new HmpSyntaxException("count " + digits + " is too large");
        }
        char letter = last.letter;
        int itemBytes = last.itemBytes;
        while ("odxuicbhwgL".indexOf(line.peek()) >= 0) {
            char next = line.take();
            switch (next) {
                case 'b' -> itemBytes = 1;
                case 'h' -> itemBytes = 2;
                case 'w' -> itemBytes = 4;
                case 'g', 'L' -> itemBytes = 8;
                default -> letter = next;
            }
        }
        if (!line.atEnd() && !Character.isWhitespace(line.peek())) {
            throw new HmpSyntaxException("invalid char in format: '%c'".formatted(line.peek()));
        }
        return new DumpFormat(digits.isEmpty() ? 1 : Long.parseLong(digits), letter, itemBytes);
    }

    /** Bytes of memory that are shown. */
    long totalBytes() {
        return count * itemBytes;
    }

    /** Bytes that one item takes: characters are always single. */
    int stepBytes() {
        return letter == 'c' ? 1 : itemBytes;
    }

    /** Bytes on one line. */
    int lineBytes() {
        return itemBytes == 1 ? 8 : 16;
    }

    /**
     * One item.
     *
     * @param zeroFirst whether the 0 of an octal number stands before the spaces that fill it up
     */
    String item(long value, boolean zeroFirst) {
        int bits = itemBytes * 8;
        return switch (letter) {
            case 'o' -> octal(value, (bits + 2) / 3, zeroFirst);
            case 'd' -> padded(Long.toString(value), decimalDigits(bits));
            case 'u' -> padded(Long.toUnsignedString(value), decimalDigits(bits));
            case 'c' -> character((int) value);
            default -> "0x%0{}x".replace("{}", Integer.toString(bits / 4)).formatted(value);
        };
    }

    private static int decimalDigits(int bits) {
        return (bits * 10 + 32) / 33;
    }

    private static String octal(long value, int width, boolean zeroFirst) {
        String digits = Long.toOctalString(value);
        if (zeroFirst) {
            return "0" + padded(digits, width);
        }
        return padded(value == 0 ? digits : "0" + digits, width);
    }

    private static String padded(String text, int width) {
        return " ".repeat(Math.max(0, width - text.length())) + text;
    }

    private static String character(int value) {
        String shown =
                switch (value) {
                    case '\'' -> "\\'";
                    case '\\' -> "\\\\";
                    case '\n' -> "\\n";
                    case '\r' -> "\\r";
                    default ->
                            value >= 32 && value <= 126
                                    ? Character.toString(value)
                                    : "\\x%02x".formatted(value);
                };
        return "'" + shown + "'";
    }
}
