package io.vmferry.lab.clients;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.protocol.Named;
import io.vmferry.protocol.status.Side;
import java.util.List;

/** What somebody else than the client does in a situation, at monitors of its own. */
sealed interface Step {

    /** Waits until a side's migration has a status. */
    record Await(Side side, String status) implements Step {}

    /** Waits. */
    record Pause(long millis) implements Step {}

    /** Sends a command, whatever the reply is. */
    record SendCommand(Side side, String name, ObjectNode arguments) implements Step {}

    /** Is the client of the source's first monitor for a while, so that another has to wait. */
    record Occupy(long millis) implements Step {}

    /**
     * Reads {@code await SIDE STATUS}, {@code pause MILLIS}, {@code occupy MILLIS} or {@code SIDE
     * COMMAND NAME=VALUE...}.
     */
    static Step parse(String text) {
        List<String> words = List.of(text.strip().split(" +"));
        return switch (words.getFirst()) {
            case "await" -> new Await(side(words.get(1)), words.get(2));
            case "pause" -> new Pause(Long.parseLong(words.get(1)));
            case "occupy" -> new Occupy(Long.parseLong(words.get(1)));
            default ->
                    new SendCommand(
                            side(words.getFirst()),
                            words.get(1),
                            arguments(words.subList(2, words.size())));
        };
    }

    private static Side side(String text) {
        return Named.require(Side.class, "side", text);
    }

    private static ObjectNode arguments(List<String> words) {
        ObjectNode arguments = JsonNodeFactory.instance.objectNode();
        for (String word : words) {
            int equals = word.indexOf('=');
            String value = word.substring(equals + 1);
            if (value.equals("true")) {
                arguments.put(word.substring(0, equals), true);
            } else {
                arguments.put(word.substring(0, equals), value);
            }
        }
        return arguments;
    }
}
