package io.vmferry.machine.commands;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.machine.monitor.CommandTable.Reply;
import io.vmferry.protocol.qmp.QmpException;
import java.util.ArrayList;
import java.util.List;

/** Executes commands of a table without a monitor. */
public final class Asked {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final CommandTable table;

    public Asked(CommandTable.Builder builder) {
        this.table = builder.build();
    }

    /**
     * Executes a command. Returns its reply, if there is one yet: JSON text, or {@code error: } and
     * the description.
     */
    public List<String> ask(String command, String arguments) {
        List<String> replies = new ArrayList<>();
        CommandTable.CommandEntry entry =
                table.entries().stream()
                        .filter(e -> e.name().equals(command))
                        .findFirst()
                        .orElseThrow();
        try {
            ObjectNode read = (ObjectNode) JSON.readTree(arguments.replace('\'', '"'));
            entry.arguments().check(read);
            entry.command()
                    .execute(
                            read,
                            new Reply() {
                                @Override
                                public void success(JsonNode value) {
                                    replies.add(value.toString().replace('"', '\''));
                                }

                                @Override
                                public void failure(QmpException error) {
                                    replies.add("error: " + error.getMessage());
                                }
                            });
        } catch (QmpException e) {
            replies.add("error: " + e.getMessage());
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(arguments, e);
        }
        return replies;
    }

    public List<String> ask(String command) {
        return ask(command, "{}");
    }
}
