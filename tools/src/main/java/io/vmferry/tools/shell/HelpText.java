package io.vmferry.tools.shell;

import io.vmferry.machine.commandline.Paragraphs;
import io.vmferry.protocol.Named;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The text of {@code help}.
 *
 * @param width of the terminal
 */
record HelpText(ServerSchema introspection, int width) {

    /** The commands of the shell itself; no server has commands of these names. */
    enum LocalWord implements Named {
        HELP("help [COMMAND]: what there is, what a command takes"),
        WATCH("watch: follow the migration to its end; ^C stops watching"),
        EXIT("exit: leave, as ^D does; the server goes on (quit ends it)");

        private final String meaning;

        LocalWord(String meaning) {
            this.meaning = meaning;
        }

        static List<String> words() {
            return Arrays.stream(values()).map(LocalWord::text).toList();
        }

        String meaning() {
            return meaning;
        }
    }

    /** About a command, or about everything when there is no word. */
    String of(List<String> words) {
        return words.isEmpty()
                ? all()
                : words.stream().map(this::command).collect(Collectors.joining("\n"));
    }

    private String all() {
        StringBuilder text = new StringBuilder();
        text.append("COMMAND [key=value ...]   dotted keys for nested members: ");
        text.append("capabilities.0.capability=events\n");
        text.append("COMMAND {JSON}            or a whole command: {\"execute\": \"stop\"}\n");
        text.append("--oob COMMAND ...         out of band\n");
        for (LocalWord word : LocalWord.values()) {
            text.append(word.meaning()).append('\n');
        }
        String commands = "The server has: " + String.join(", ", introspection.commands());
        text.append(String.join("\n", Paragraphs.broken(commands, width)));
        return text.toString();
    }

    private String command(String name) {
        if (!introspection.commands().contains(name)) {
            return "The server has no command " + name;
        }
        Optional<String> type = introspection.argumentsOf(name);
        if (type.isEmpty()) {
            return name + ": the server does not say what it takes";
        }
        List<ServerSchema.SchemaMember> members = introspection.members(type.get());
        if (members.isEmpty()) {
            return name + ": no arguments";
        }
        StringBuilder text = new StringBuilder(name);
        for (ServerSchema.SchemaMember member : members) {
            text.append("\n  ").append(member.name());
            text.append(member.optional() ? " (optional): " : ": ");
            text.append(introspection.describe(member.type()));
        }
        return text.toString();
    }
}
