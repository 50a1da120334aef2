package io.vmferry.tools.faults;

import io.vmferry.machine.fault.FaultHost;
import io.vmferry.machine.fault.Shorthand;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.status.Side;
import io.vmferry.tools.commandline.FaultLanguage;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;

/** The places and actions of a node's fault plan, generated from the code. */
public final class FaultList {

    private FaultList() {}

    static String text(Optional<IntSupplier> columns) {
        FaultLanguage list =
                new FaultLanguage("the node in which it is to happen", "within one process")
                        .entries(general())
                        .heading("  protocol points of both sides:")
                        .entries(points(true, true))
                        .heading("  of the source:")
                        .entries(points(true, false))
                        .heading("  of the destination:")
                        .entries(points(false, true));
        return list.actions(FaultHost.NODE)
                .heading(
                        "  at the monitor that --qmp names first, at a protocol point or at opening:")
                .entries(FaultHost.MONITOR)
                .text(columns);
    }

    /** The meaning of every place, by the form in which it is written. */
    public static Map<String, String> places() {
        Map<String, String> places = general();
        places.putAll(points(true, true));
        places.putAll(points(true, false));
        places.putAll(points(false, true));
        return places;
    }

    private static Map<String, String> general() {
        Map<String, String> places = new LinkedHashMap<>();
        places.put("after TIME", "a time after the channels are connected");
        places.put(
                "byte(CHANNEL)@SIZE",
                "before that byte of the channel; @PERCENT% is a share of guest RAM");
        places.put("opening", "the monitors open; for what happens to a monitor");
        for (Shorthand shorthand : Shorthand.values()) {
            places.put(shorthand.text(), shorthand.meaning());
        }
        return places;
    }

    private static Map<String, String> points(boolean source, boolean destination) {
        Map<String, String> points = new LinkedHashMap<>();
        for (PointName<?> name : PointName.values()) {
            boolean meant =
                    name.reachedBy(Side.SOURCE) == source
                            && name.reachedBy(Side.DESTINATION) == destination;
            if (meant && name != PointName.FAULT_INJECTED) {
                points.put(name.text(), name.meaning());
            }
        }
        return points;
    }
}
