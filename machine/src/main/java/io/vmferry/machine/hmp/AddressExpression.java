package io.vmferry.machine.hmp;

import io.vmferry.machine.hmp.HmpLine.HmpSyntaxException;
import java.math.BigInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An address of HMP as an expression: C's operators on 64 bits, without registers. */
final class AddressExpression {

    /** Deep enough for people, shallow enough for the stack. */
    private static final int MAX_DEPTH = 100;

    private static final Pattern NUMBER = Pattern.compile("(0[xX])(\\p{XDigit}+)|(0?)([0-9]*)");

    private final HmpLine line;
    private int depth;

    private AddressExpression(HmpLine line) {
        this.line = line;
    }

    /** Reads an expression to its end. */
    static long read(HmpLine line) throws HmpSyntaxException {
        line.skipSpace();
        return new AddressExpression(line).sum();
    }

    private long sum() throws HmpSyntaxException {
        long value = logic();
        while (true) {
            if (take('+')) {
                value += logic();
            } else if (take('-')) {
                value -= logic();
            } else {
                return value;
            }
        }
    }

    private long logic() throws HmpSyntaxException {
        long value = product();
        while (true) {
            if (take('&')) {
                value &= product();
            } else if (take('|')) {
                value |= product();
            } else if (take('^')) {
                value ^= product();
            } else {
                return value;
            }
        }
    }

    private long product() throws HmpSyntaxException {
        long value = unary();
        while (true) {
            if (take('*')) {
                value *= unary();
            } else if (take('/')) {
                value /= divisor();
            } else if (take('%')) {
                value %= divisor();
            } else {
                return value;
            }
        }
    }

    private long divisor() throws HmpSyntaxException {
        long value = unary();
        if (value == 0) {
            throw new HmpSyntaxException("division by zero");
        }
        return value;
    }

    private long unary() throws HmpSyntaxException {
        if (++depth > MAX_DEPTH) {
            throw new HmpSyntaxException("expression too deep");
        }
        try {
            return operand();
        } finally {
            depth--;
        }
    }

    private long operand() throws HmpSyntaxException {
        if (take('+')) {
            return unary();
        }
        if (take('-')) {
            return -unary();
        }
        if (take('~')) {
            return ~unary();
        }
        if (take('(')) {
            long value = sum();
            if (!take(')')) {
                throw new HmpSyntaxException("')' expected");
            }
            return value;
        }
        char next = line.peek();
        return switch (next) {
            case 0 -> throw new HmpSyntaxException("unexpected end of expression");
            case '$' -> throw new HmpSyntaxException("unknown register");
            case '\'' -> character();
            case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number();
            default ->
                    throw new HmpSyntaxException("invalid char '%c' in expression".formatted(next));
        };
    }

    private long character() throws HmpSyntaxException {
        line.take();
        char value = line.take();
        if (!take('\'')) {
            throw new HmpSyntaxException("missing terminating ' character");
        }
        return value;
    }

    /** Reads a number as C does; what follows the last digit is left unread. */
    private long number() throws HmpSyntaxException {
        Matcher matcher = NUMBER.matcher(line.rest());
        if (!matcher.lookingAt()) {
            throw new IllegalStateException("A digit is no number");
        }
        boolean octal = matcher.group(3) != null && !matcher.group(3).isEmpty();
        String digits = matcher.group(1) != null ? matcher.group(2) : matcher.group(4);
        int radix = matcher.group(1) != null ? 16 : octal ? 8 : 10;
        if (octal) {
            digits = "0" + digits.split("[89]", -1)[0];
        }
        line.skip(matcher.group(1) != null ? 2 + digits.length() : digits.length());
        line.skipSpace();
        BigInteger value = new BigInteger(digits, radix);
        if (value.bitLength() > Long.SIZE) {
            throw new HmpSyntaxException("number too large");
        }
        return value.longValue();
    }

    private boolean take(char wanted) {
        if (line.take(wanted)) {
            line.skipSpace();
            return true;
        }
        return false;
    }
}
