package io.vmferry.tools.shell;

import io.vmferry.machine.terminal.WrappedText;
import io.vmferry.protocol.Named;
import java.util.ArrayList;
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

    /** The width of the forms of a command. */
    private static final int FORMS = 26;

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
        List<String> lines = new ArrayList<>();
        lines.add(
                form(
                        "COMMAND [key=value ...]   dotted keys for nested members: "
                                + "capabilities.0.capability=events"));
        lines.add(form("COMMAND {JSON}            or a whole command: {\"execute\": \"stop\"}"));
        lines.add(form("--oob COMMAND ...         out of band"));
        for (LocalWord word : LocalWord.values()) {
            lines.add(WrappedText.fit(word.meaning(), width));
        }
        String commands = "The server has: " + String.join(", ", introspection.commands());
        lines.addAll(WrappedText.broken(commands, width));
        return String.join("\n", lines);
    }

    private String form(String line) {
        return WrappedText.fitRow(line, width, FORMS);
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
        return WrappedText.fit(text.toString(), width);
    }
}
