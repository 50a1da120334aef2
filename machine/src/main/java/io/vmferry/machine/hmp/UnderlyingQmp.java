package io.vmferry.machine.hmp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.machine.hmp.HumanMonitor.HmpCommand;
import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.machine.monitor.CommandTable.Reply;
import io.vmferry.protocol.Worded;
import io.vmferry.protocol.qmp.QmpException;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** Runs the QMP commands that HMP commands stand for; an error is printed as HMP does. */
record UnderlyingQmp(Function<String, Optional<CommandTable.CommandEntry>> commands) {

    static ObjectNode noArguments() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** An error as HMP prints it. */
    static String error(String message) {
        return "Error: %s\n".formatted(message);
    }

    /** Runs a command and prints its value as text. */
    void ask(
            String command,
            ObjectNode arguments,
            Consumer<String> print,
            Function<JsonNode, String> text) {
        askThen(command, arguments, print, value -> print.accept(text.apply(value)));
    }

    /** Runs a command that returns nothing. */
    void order(String command, ObjectNode arguments, Consumer<String> print) {
        ask(command, arguments, print, nothing -> "");
    }

    /** A command of the human monitor that takes and prints nothing, for one of QMP. */
    HmpCommand plain(String name, String command, String help) {
        return new HmpCommand(
                name,
                "",
                help,
                (line, print) -> {
                    line.end(name);
                    order(command, noArguments(), print);
                });
    }

    /** Runs a command and passes its value on; an error is printed instead. */
    void askThen(
            String command, ObjectNode arguments, Consumer<String> print, Consumer<JsonNode> next) {
        Reply reply =
                new Reply() {
                    @Override
                    public void success(JsonNode value) {
                        next.accept(value);
                    }

                    @Override
                    public void failure(QmpException error) {
                        print.accept(error(Worded.of(error)));
                    }
                };
        try {
            commands.apply(command).orElseThrow().command().execute(arguments, reply);
        } catch (QmpException e) {
            reply.failure(e);
        }
    }
}
