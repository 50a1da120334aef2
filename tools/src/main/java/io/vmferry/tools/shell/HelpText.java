package io.vmferry.tools.shell;

import java.util.List;
import java.util.Optional;

/** What {@code help} says. */
record HelpText(Introspection introspection) {

    /** About a command, or about everything when there is no word. */
    String of(List<String> words) {
        return words.isEmpty() ? all() : words.stream().map(this::command).reduce("", this::join);
    }

    private String join(String one, String other) {
        return one.isEmpty() ? other : one + "\n" + other;
    }

    private String all() {
        StringBuilder text = new StringBuilder();
        text.append("COMMAND [key=value ...]   dotted keys for nested members: ");
        text.append("capabilities.0.capability=events\n");
        text.append("COMMAND {JSON}            or a whole request: {\"execute\": \"stop\"}\n");
        text.append("--oob COMMAND ...         out of band\n");
        for (LocalWord word : LocalWord.values()) {
            text.append(word.meaning()).append('\n');
        }
        text.append("The server has: ").append(String.join(", ", introspection.commands()));
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
        List<Introspection.Member> members = introspection.members(type.get());
        if (members.isEmpty()) {
            return name + ": no arguments";
        }
        StringBuilder text = new StringBuilder(name);
        for (Introspection.Member member : members) {
            text.append("\n  ").append(member.name());
            text.append(member.optional() ? " (optional): " : ": ");
            text.append(introspection.describe(member.type()));
        }
        return text.toString();
    }
}
