package io.vmferry.tools.commandline;

import io.vmferry.machine.fault.FaultActionKind;
import io.vmferry.machine.fault.FaultChannel;
import io.vmferry.machine.fault.FaultHost;
import io.vmferry.machine.terminal.WrappedText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;

/** The list of what a program's {@code --fault} takes, as its {@code --list} prints it. */
public final class FaultLanguage {

    /** The width of the names of places and actions. */
    private static final int NAMES = 29;

    private final List<String> lines = new ArrayList<>();

    /**
     * Starts the list with the form of a fault and of its place.
     *
     * @param program where {@code --fault} is given
     * @param counted over what an ordinal counts
     */
    public FaultLanguage(String program, String counted) {
        lines.add("A fault is WHERE:WHAT, given to --fault of " + program + ".");
        heading("WHERE  NAME[(ARGUMENT)][#ORDINAL][@PART][+TIME], counted " + counted + ":");
        lines.add("");
    }

    /** Adds a heading after an empty line. */
    public FaultLanguage heading(String text) {
        lines.add("");
        lines.add(text);
        return this;
    }

    /** Adds a place or an action. */
    public FaultLanguage entry(String name, String meaning) {
        lines.add("  %-26s %s".formatted(name, meaning));
        return this;
    }

    /** Adds places or actions with their meanings. */
    public FaultLanguage entries(Map<String, String> meanings) {
        meanings.forEach(this::entry);
        return this;
    }

    /** Adds the actions of a host under the heading of all actions. */
    public FaultLanguage actions(FaultHost host) {
        heading("WHAT   CHANNEL is " + FaultChannel.names() + "; it can be left out:");
        lines.add("");
        return entries(host);
    }

    /** Adds the actions of a host under the current heading. */
    public FaultLanguage entries(FaultHost host) {
        FaultActionKind.of(host).forEach(kind -> entry(kind.synopsis(), kind.meaning()));
        return this;
    }

    /**
     * Ends the list with the units.
     *
     * @param columns of a terminal, in which the list is to fit
     */
    public String text(Optional<IntSupplier> columns) {
        heading(
                "TIME is 5us, 200ms or 2s; SIZE is 4096, 64K, 1M or 1MiB; PART is what stands behind an @ above.");
        return lines.stream()
                .map(line -> columns.map(width -> fit(line, width.getAsInt())).orElse(line))
                .collect(Collectors.joining(System.lineSeparator()));
    }

    private static String fit(String line, int columns) {
        return line.startsWith("  ")
                ? WrappedText.fitRow(line, columns, NAMES)
                : WrappedText.fit(line, columns);
    }
}
