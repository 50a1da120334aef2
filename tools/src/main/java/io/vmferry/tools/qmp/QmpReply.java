package io.vmferry.tools.qmp;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * The reply to a command.
 *
 * @param message all of it but the id: a member {@code return}, or {@code error}
 */
public record QmpReply(JsonNode message) {

    /** Whether it is an error. */
    public boolean refused() {
        return !message.has("return");
    }

    /** What the command returned; only of a reply that is no error. */
    public JsonNode value() {
        if (refused()) {
            throw new IllegalStateException("The command was refused: " + message);
        }
        return message.get("return");
    }

    /** The class of the error, for example {@code GenericError}. */
    public String errorClass() {
        return message.path("error").path("class").asText();
    }

    /** The text of the error. */
    public String description() {
        return message.path("error").path("desc").asText();
    }
}
