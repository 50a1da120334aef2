package io.vmferry.tools.proxy;

import io.vmferry.machine.fault.FaultChannel;
import io.vmferry.machine.fault.FaultTerm;
import io.vmferry.machine.fault.TimeText;
import io.vmferry.machine.memory.MemorySize;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The actions of the proxy with their arguments. */
enum ProxyActionKind {
    DROP("drop", "", "does not carry the message; return path only"),
    SWAP(
            "swap",
            "[NAME[(ARGUMENT)]]",
            "carries the message behind that one, or the next; return path only"),
    HOLD("hold", "TIME", "holds the message and what follows; of a stream, what follows"),
    CLOSE("close", "[CHANNEL]", "closes the connections right behind the place"),
    RESET("reset", "[CHANNEL]", "breaks the connections right behind the place"),
    BLACKHOLE("blackhole", "[CHANNEL]", "carries nothing any more, and tells nobody"),
    DELAY("delay", "[DIRECTION,]TIME", "carries everything behind the place so much later"),
    THROTTLE("throttle", "[DIRECTION,]SIZE", "carries so many bytes a second behind the place");

    private final String text;
    private final String arguments;
    private final String meaning;

    ProxyActionKind(String text, String arguments, String meaning) {
        this.text = text;
        this.arguments = arguments;
        this.meaning = meaning;
    }

    String synopsis() {
        return arguments.isEmpty() ? text : text + "(" + arguments + ")";
    }

    String meaning() {
        return meaning;
    }

    /**
     * The action of a term.
     *
     * @param own the direction of the place; empty when it has none
     * @throws IllegalArgumentException with one clear line when there is no such action
     */
    static ProxyAction action(FaultTerm term, Optional<Direction> own) {
        ProxyActionKind kind =
                Arrays.stream(values())
                        .filter(each -> each.text.equals(term.name()))
                        .findFirst()
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        "there is no action '%s' here: expected one of %s"
                                                .formatted(term.name(), names())));
        List<String> left = new ArrayList<>(term.arguments());
        ProxyAction action = kind.action(left, own);
        if (!left.isEmpty()) {
            throw new IllegalArgumentException(
                    "'%s' is too much: %s".formatted(String.join(",", left), kind.synopsis()));
        }
        return action;
    }

    private ProxyAction action(List<String> left, Optional<Direction> own) {
        return switch (this) {
            case DROP -> new ProxyAction.Drop();
            case SWAP -> new ProxyAction.Swap(other(left));
            case HOLD -> new ProxyAction.Hold(TimeText.parse(take(left)));
            case CLOSE -> new ProxyAction.Close(channel(left));
            case RESET -> new ProxyAction.Reset(channel(left));
            case BLACKHOLE -> new ProxyAction.Blackhole(channel(left));
            case DELAY -> {
                Optional<Direction> direction = direction(left, own);
                yield new ProxyAction.Delay(direction, TimeText.parse(take(left)));
            }
            case THROTTLE -> {
                Optional<Direction> direction = direction(left, own);
                yield new ProxyAction.Throttle(direction, rate(take(left)));
            }
        };
    }

    private String take(List<String> left) {
        if (left.isEmpty()) {
            throw new IllegalArgumentException(
                    "%s lacks an argument: %s".formatted(text, synopsis()));
        }
        return left.removeFirst();
    }

    private static Optional<Wanted> other(List<String> left) {
        if (left.isEmpty()) {
            return Optional.empty();
        }
        Wanted other = Wanted.of(FaultTerm.parse(left.removeFirst()));
        if (other.name().direction() != Direction.RETURN_PATH) {
            throw new IllegalArgumentException(
                    other.name().text() + " is no message of the return path");
        }
        return Optional.of(other);
    }

    private static FaultChannel channel(List<String> left) {
        return left.isEmpty() ? FaultChannel.ALL : FaultChannel.parse(left.removeFirst());
    }

    private static Optional<Direction> direction(List<String> left, Optional<Direction> own) {
        for (Direction direction : Direction.values()) {
            if (!left.isEmpty() && left.getFirst().equals(direction.text())) {
                left.removeFirst();
                return Optional.of(direction);
            }
        }
        return own;
    }

    private static long rate(String text) {
        long bytes =
                MemorySize.parse(text.endsWith("iB") ? text.substring(0, text.length() - 2) : text);
        if (bytes < 1) {
            throw new IllegalArgumentException(
                    "'%s' a second carries nothing: blackhole does that".formatted(text));
        }
        return bytes;
    }

    private static List<String> names() {
        return Arrays.stream(values()).map(kind -> kind.text).toList();
    }
}
