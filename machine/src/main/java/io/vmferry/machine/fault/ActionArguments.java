package io.vmferry.machine.fault;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** Takes the arguments of an action from the front; what is left in the end was too much. */
final class ActionArguments {

    private static final int MAX_CORRUPT_BYTES = 1 << 20;

    private final FaultActionKind kind;
    private final Optional<FaultChannel> meant;
    private final Deque<String> left;

    ActionArguments(FaultActionKind kind, List<String> arguments, Optional<FaultChannel> meant) {
        this.kind = kind;
        this.meant = meant;
        this.left = new ArrayDeque<>(arguments);
    }

    /** A channel's name if one stands here; what looks like a name must be one. */
    FaultChannel channel(FaultChannel unlessSaid) {
        boolean named = !left.isEmpty() && Character.isLetter(left.peek().charAt(0));
        return named ? FaultChannel.parse(left.poll()) : meant.orElse(unlessSaid);
    }

    long nanos() {
        if (left.isEmpty()) {
            throw new IllegalArgumentException(
                    "%s lacks its time: %s".formatted(kind.text(), kind.synopsis()));
        }
        return TimeText.parse(left.poll());
    }

    int bytes() {
        if (left.isEmpty()) {
            return 1;
        }
        String text = left.poll();
        try {
            int bytes = Integer.parseInt(text);
            if (bytes >= 1 && bytes <= MAX_CORRUPT_BYTES) {
                return bytes;
            }
        } catch (NumberFormatException _) {
            // told below
        }
        throw new IllegalArgumentException(
                "'%s' is not a number of bytes from 1 to %d".formatted(text, MAX_CORRUPT_BYTES));
    }

    InjectedBug.Type bug() {
        if (left.isEmpty()) {
            return InjectedBug.Type.EXCEPTION;
        }
        String text = left.poll();
        return switch (text) {
            case "exception" -> InjectedBug.Type.EXCEPTION;
            case "error" -> InjectedBug.Type.ERROR;
            default ->
                    throw new IllegalArgumentException(
                            "'%s' is neither exception nor error".formatted(text));
        };
    }

    void requireAllTaken() {
        if (!left.isEmpty()) {
            throw new IllegalArgumentException(
                    "'%s' is too much: %s".formatted(String.join(",", left), kind.synopsis()));
        }
    }
}
