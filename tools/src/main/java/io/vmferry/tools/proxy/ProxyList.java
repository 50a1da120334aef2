package io.vmferry.tools.proxy;

import io.vmferry.machine.fault.FaultActionKind;
import io.vmferry.machine.fault.FaultChannel;
import io.vmferry.machine.fault.FaultHost;
import java.util.ArrayList;
import java.util.List;

/** The list of places and actions of the proxy, generated from the code. */
final class ProxyList {

    private static final String LINE = "  %-26s %s";

    private ProxyList() {}

    static String text() {
        List<String> lines = new ArrayList<>();
        lines.add("A fault is WHERE:WHAT, given to --fault of the proxy.");
        lines.add("");
        lines.add("WHERE  NAME[(ARGUMENT)][#ORDINAL][+TIME], counted over all connections:");
        lines.add("");
        lines.add(LINE.formatted("after TIME", "so long after the first connection"));
        lines.add(
                LINE.formatted(
                        "byte(CHANNEL)@SIZE",
                        "before that byte of the channel's first connection, or the #ORDINAL-th"));
        for (Direction direction : Direction.values()) {
            lines.add("");
            lines.add("  of the %s:".formatted(direction.text()));
            for (PlaceName name : PlaceName.values()) {
                if (name.direction() == direction) {
                    lines.add(LINE.formatted(name.text(), name.meaning()));
                }
            }
        }
        lines.add("");
        lines.add("WHAT   CHANNEL is " + FaultChannel.names() + "; it can be left out:");
        lines.add("");
        for (FaultActionKind kind : FaultActionKind.of(FaultHost.PROXY)) {
            lines.add(LINE.formatted(kind.synopsis(), kind.meaning()));
        }
        lines.add("");
        lines.add("TIME is 5us, 200ms or 2s; SIZE is 4096, 64K, 1M or 1MiB.");
        return String.join(System.lineSeparator(), lines);
    }
}
