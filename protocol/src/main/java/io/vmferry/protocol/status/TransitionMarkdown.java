package io.vmferry.protocol.status;

import java.util.Locale;

/** Prints a transition table for a page of documentation, so that the page cannot go stale. */
public final class TransitionMarkdown {

    private TransitionMarkdown() {}

    /** A Markdown table of from, to and trigger; every line ends with a line feed. */
    public static <S extends Enum<S>> String render(TransitionTable<S> table) {
        StringBuilder text = new StringBuilder("| from | to | trigger |\n|---|---|---|\n");
        for (Transition<S> row : table.rows()) {
            text.append(
                    "| %s | %s | %s |\n"
                            .formatted(name(row.from()), name(row.to()), row.trigger()));
        }
        return text.toString();
    }

    private static String name(Enum<?> state) {
        return state.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
