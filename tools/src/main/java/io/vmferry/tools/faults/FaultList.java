package io.vmferry.tools.faults;

import io.vmferry.machine.fault.FaultActionKind;
import io.vmferry.machine.fault.FaultChannel;
import io.vmferry.machine.fault.FaultHost;
import io.vmferry.machine.fault.Shorthand;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.status.Side;
import java.util.ArrayList;
import java.util.List;

/** The list of places and actions of a fault plan, generated from the code. */
final class FaultList {

    private static final String LINE = "  %-24s %s";

    private FaultList() {}

    static String text() {
        List<String> lines = new ArrayList<>();
        lines.add("A fault is WHERE:WHAT, given to --fault of the node in which it is to happen.");
        lines.add("");
        lines.add("WHERE  NAME[(ARGUMENT)][#ORDINAL][+TIME], counted within one process:");
        lines.add("");
        lines.add(LINE.formatted("after TIME", "so long after the channels stand"));
        lines.add(
                LINE.formatted(
                        "byte(CHANNEL)@SIZE",
                        "before that byte of the channel; @PERCENT% is a share of guest RAM"));
        lines.add(LINE.formatted("opening", "the monitors open; for what happens to a monitor"));
        for (Shorthand shorthand : Shorthand.values()) {
            lines.add(LINE.formatted(shorthand.text(), shorthand.meaning()));
        }
        lines.add("");
        lines.add("  protocol points of both sides:");
        points(lines, true, true);
        lines.add("  of the source:");
        points(lines, true, false);
        lines.add("  of the destination:");
        points(lines, false, true);
        lines.add("");
        lines.add("WHAT   CHANNEL is " + FaultChannel.names() + "; it can be left out:");
        lines.add("");
        for (FaultActionKind kind : FaultActionKind.of(FaultHost.NODE)) {
            lines.add(LINE.formatted(kind.synopsis(), kind.meaning()));
        }
        lines.add("");
        lines.add("  at the monitor that --qmp names first, at a protocol point or at opening:");
        for (FaultActionKind kind : FaultActionKind.of(FaultHost.MONITOR)) {
            lines.add(LINE.formatted(kind.synopsis(), kind.meaning()));
        }
        lines.add("");
        lines.add("TIME is 5us, 200ms or 2s; SIZE is 4096, 64K, 1M or 1MiB.");
        return String.join(System.lineSeparator(), lines);
    }

    private static void points(List<String> lines, boolean source, boolean destination) {
        for (PointName<?> name : PointName.values()) {
            boolean meant =
                    name.reachedBy(Side.SOURCE) == source
                            && name.reachedBy(Side.DESTINATION) == destination;
            if (meant && name != PointName.FAULT_INJECTED) {
                lines.add(LINE.formatted(name.text(), name.meaning()));
            }
        }
    }
}
