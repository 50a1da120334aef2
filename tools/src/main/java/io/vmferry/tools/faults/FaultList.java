package io.vmferry.tools.faults;

import io.vmferry.machine.fault.FaultHost;
import io.vmferry.machine.fault.Shorthand;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.status.Side;
import io.vmferry.tools.commandline.FaultLanguage;

/** The places and actions of a node's fault plan, generated from the code. */
final class FaultList {

    private FaultList() {}

    static String text() {
        FaultLanguage list =
                new FaultLanguage("the node in which it is to happen", "within one process")
                        .entry("after TIME", "so long after the channels stand")
                        .entry(
                                "byte(CHANNEL)@SIZE",
                                "before that byte of the channel; @PERCENT% is a share of guest RAM")
                        .entry("opening", "the monitors open; for what happens to a monitor");
        for (Shorthand shorthand : Shorthand.values()) {
            list.entry(shorthand.text(), shorthand.meaning());
        }
        list.heading("  protocol points of both sides:");
        points(list, true, true);
        list.heading("  of the source:");
        points(list, true, false);
        list.heading("  of the destination:");
        points(list, false, true);
        return list.actions(FaultHost.NODE)
                .heading(
                        "  at the monitor that --qmp names first, at a protocol point or at opening:")
                .entries(FaultHost.MONITOR)
                .text();
    }

    private static void points(FaultLanguage list, boolean source, boolean destination) {
        for (PointName<?> name : PointName.values()) {
            boolean meant =
                    name.reachedBy(Side.SOURCE) == source
                            && name.reachedBy(Side.DESTINATION) == destination;
            if (meant && name != PointName.FAULT_INJECTED) {
                list.entry(name.text(), name.meaning());
            }
        }
    }
}
