package io.vmferry.tools.commandline;

import io.vmferry.machine.fault.FaultActionKind;
import io.vmferry.machine.fault.FaultChannel;
import io.vmferry.machine.fault.FaultHost;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The list of what a program's {@code --fault} takes, as its {@code --list} prints it. */
public final class FaultLanguage {

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

    /** Ends the list with the units. */
    public String text() {
        heading(
                "TIME is 5us, 200ms or 2s; SIZE is 4096, 64K, 1M or 1MiB; PART is what stands behind an @ above.");
        return String.join(System.lineSeparator(), lines);
    }
}
