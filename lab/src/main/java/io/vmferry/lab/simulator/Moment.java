package io.vmferry.lab.simulator;

import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.ProtocolPoint;
import java.util.Set;
import java.util.regex.Pattern;

/** The moment at which a fault is injected. */
public sealed interface Moment {

    /** At the n-th protocol point that either side reaches, and a little later. */
    record Nth(int point) implements Moment {
        @Override
        public String toString() {
            return "point:" + point;
        }
    }

    /**
     * A delay after one host has reached a point for the n-th time.
     *
     * @param host name of the host
     * @param point as {@link #label} gives it
     * @param ordinal 1 for the first time
     */
    record AtPoint(String host, String point, int ordinal, long delayNanos) implements Moment {
        @Override
        public String toString() {
            return "%s:%s:%d+%d".formatted(host, point, ordinal, delayNanos);
        }
    }

    /** Points whose argument is a number, a page or a position, which differs each time. */
    Set<PointName<?>> COUNTED =
            Set.of(
                    PointName.DIRTY_SYNC,
                    PointName.DISCARDS_AHEAD,
                    PointName.DISCARDS_SENT,
                    PointName.PACKAGE_SENT,
                    PointName.PACKAGE_RECEIVED,
                    PointName.PAGE_REQUESTED,
                    PointName.REQUESTED_PAGE_SENT,
                    PointName.REQ_PAGES_SENT,
                    PointName.STORE_HELD,
                    PointName.REQUESTED_PAGE_PLACED,
                    PointName.SWITCHOVER_ACK);

    /** The slot in the name of a device. */
    Pattern PCI_SLOT = Pattern.compile("0000:00:[0-9a-f]{2}\\.0/");

    /** A point without what differs from migration to migration. */
    static String label(ProtocolPoint point) {
        if (COUNTED.contains(point.name())) {
            return point.name().text();
        }
        return PCI_SLOT.matcher(point.toString()).replaceFirst("");
    }

    /** The moment of a text that {@code toString} gave. */
    static Moment parse(String text) {
        String[] parts = text.split(":");
        if (parts[0].equals("point")) {
            return new Nth(Integer.parseInt(parts[1]));
        }
        String[] when = parts[parts.length - 1].split("\\+");
        String label = text.substring(parts[0].length() + 1, text.lastIndexOf(':'));
        return new AtPoint(parts[0], label, Integer.parseInt(when[0]), Long.parseLong(when[1]));
    }
}
