package io.vmferry.machine.verdict;

import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.Side;
import java.util.List;

/** A verdict as text for people: a sentence, and a line for each thing to know about it. */
public final class VerdictText {

    private VerdictText() {}

    /**
     * The text.
     *
     * @param details further lines, each with its name in front as {@link #line} makes them
     */
    public static String of(Verdict verdict, List<String> details) {
        StringBuilder text = new StringBuilder();
        text.append("migration ").append(verdict.status().text());
        text.append(": ").append(verdict.fate());
        verdict.reason().ifPresent(why -> add(text, line("reason", why)));
        details.forEach(detail -> add(text, detail));
        if (provesMemory(verdict)) {
            add(text, line("oracle", verdict.memory().text()));
        }
        verdict.warnings().forEach(warning -> add(text, line("warning", warning)));
        return text.toString();
    }

    /** Whether memory was checked, or ought to have been because the guest is here wholly. */
    private static boolean provesMemory(Verdict verdict) {
        boolean arrived =
                verdict.side() == Side.DESTINATION && verdict.status() == MigrationStatus.COMPLETED;
        return arrived || verdict.memory().state() != MemoryState.UNCHECKED;
    }

    /** A line with its name in a column of its own. */
    public static String line(String name, String content) {
        return "%-10s %s".formatted(name, content);
    }

    private static void add(StringBuilder text, String line) {
        text.append("\n  ").append(line);
    }
}
