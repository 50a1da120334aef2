package io.vmferry.machine.fault;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Takes the arguments of an action from the front; what is left in the end was too much. */
final class ActionArguments {

    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_-]+");

    private static final int MAX_CORRUPT_BYTES = 1 << 20;

    private final FaultActionKind kind;
    private final Deque<String> left;

    ActionArguments(FaultActionKind kind, List<String> arguments) {
        this.kind = kind;
        this.left = new ArrayDeque<>(arguments);
    }

    /** A channel's name if one stands here; what looks like a name must be one. */
    FaultChannel channel(FaultChannel unlessSaid) {
        boolean named = !left.isEmpty() && Character.isLetter(left.peek().charAt(0));
        return named ? FaultChannel.parse(left.poll()) : unlessSaid;
    }

    long nanos() {
        return TimeText.parse(take("time"));
    }

    /** A time if one stands here. */
    OptionalLong optionalNanos() {
        return left.isEmpty() ? OptionalLong.empty() : OptionalLong.of(nanos());
    }

    /** A word as QMP's names are written. */
    String word() {
        String text = take("word");
        if (!WORD.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "'%s' is no word of letters, digits, - and _".formatted(text));
        }
        return text;
    }

    /** A word if one stands here. */
    Optional<String> optionalWord() {
        return left.isEmpty() ? Optional.empty() : Optional.of(word());
    }

    /** Whether events are meant, not replies. */
    boolean events() {
        String text = take("part");
        return switch (text) {
            case "events" -> true;
            case "replies" -> false;
            default ->
                    throw new IllegalArgumentException(
                            "'%s' is neither replies nor events".formatted(text));
        };
    }

    /** Bytes a second. */
    long rate() {
        String text = take("size");
        long bytes = PlanText.bytes(text);
        if (bytes < 1) {
            throw new IllegalArgumentException(
                    "'%s' a second carries nothing: blackhole does that".formatted(text));
        }
        return bytes;
    }

    /** A name if one stands here. */
    Optional<FaultTerm> term() {
        return Optional.ofNullable(left.poll()).map(FaultTerm::parse);
    }

    private String take(String what) {
        if (left.isEmpty()) {
            throw new IllegalArgumentException(
                    "%s lacks its %s: %s".formatted(kind.text(), what, kind.synopsis()));
        }
        return left.poll();
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
                    "'%s' is more than it takes: %s"
                            .formatted(String.join(",", left), kind.synopsis()));
        }
    }
}
