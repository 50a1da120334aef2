package io.vmferry.tools.shell;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.tools.qmp.QmpCall;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Parses a typed command: its name and arguments, or a whole QMP command. */
final class Typed {

    /** Prefix of a command that is sent out of band. */
    static final String OUT_OF_BAND = "--oob";

    /** Commands of QMP have no spaces in their names, and none is called so. */
    private static final Pattern HUMAN = Pattern.compile("^info$|^[^{].*\\s");

    private Typed() {}

    /** A typed command that cannot be parsed; the message says what was expected. */
    static final class TypingException extends Exception {

        private static final long serialVersionUID = 1L;

        TypingException(String message) {
            super(message, null, false, false);
        }

        TypingException(String message, Throwable cause) {
            super(message, cause, false, false);
        }
    }

    /** The command of some words, of which there is at least one. */
    static QmpCall call(List<String> words, boolean outOfBand) throws TypingException {
        if (words.getFirst().equals(OUT_OF_BAND)) {
            if (words.size() == 1) {
                throw new TypingException(OUT_OF_BAND + " stands before a command");
            }
            return call(words.subList(1, words.size()), true);
        }
        if (HUMAN.matcher(words.getFirst()).find()) {
            throw new TypingException(
                    "'%s' is for the human monitor: expected human-monitor-command command-line='%s'"
                            .formatted(words.getFirst(), String.join(" ", words)));
        }
        if (words.getFirst().startsWith("{")) {
            if (words.size() > 1) {
                throw new TypingException("Nothing can follow a whole command");
            }
            return whole(Arguments.object(words.getFirst()), outOfBand);
        }
        return new QmpCall(
                words.getFirst(), Arguments.of(words.subList(1, words.size())), outOfBand);
    }

    private static QmpCall whole(ObjectNode json, boolean outOfBand) throws TypingException {
        String command = null;
        boolean overtakes = outOfBand;
        ObjectNode arguments = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> member : json.properties()) {
            switch (member.getKey()) {
                case "execute" -> command = member.getValue().asText();
                case "exec-oob" -> {
                    command = member.getValue().asText();
                    overtakes = true;
                }
                case "arguments" -> arguments = Arguments.object(member.getValue().toString());
                case "id" ->
                        throw new TypingException("Leave out the id: commands are numbered here");
                default ->
                        throw new TypingException(
                                "A command has no member '%s'".formatted(member.getKey()));
            }
        }
        if (command == null) {
            throw new TypingException("A command has a member 'execute'");
        }
        return new QmpCall(command, arguments, overtakes);
    }
}
