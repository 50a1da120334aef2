package io.vmferry.lab.qemu;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The events of a migration that do not depend on its speed. */
final class CertainEvents {

    private static final String ACTIVE = "MIGRATION{\"status\":\"active\"}";
    private static final String SETUP = "MIGRATION{\"status\":\"setup\"}";
    private static final String DEVICE = "MIGRATION{\"status\":\"device\"}";
    private static final String CANCELLING = "MIGRATION{\"status\":\"cancelling\"}";
    private static final Pattern PASS = Pattern.compile("MIGRATION_PASS\\{\"pass\":(\\d+)}");

    private final List<String> certain = new ArrayList<>();
    private int furtherPasses;

    private CertainEvents() {}

    /**
     * Leaves two things out. A cancel in pre-switchover wakes the migration, which may be in status
     * device before it is cancelled. And a first pass that took 100 ms has a bandwidth, thus a
     * threshold, so that what is left is counted once more before the guest stops.
     */
    static List<String> of(List<String> events) {
        CertainEvents all = new CertainEvents();
        for (int i = 0; i < events.size(); i++) {
            all.add(events.get(i), i + 1 < events.size() ? events.get(i + 1) : "");
        }
        return all.certain;
    }

    private void add(String event, String next) {
        Matcher pass = PASS.matcher(event);
        if (event.equals(DEVICE) && next.equals(CANCELLING)) {
            return;
        }
        if (event.equals(SETUP)) {
            furtherPasses = 0;
        }
        if (!pass.matches()) {
            certain.add(event);
        } else if (!certain.isEmpty() && certain.getLast().equals(ACTIVE)) {
            furtherPasses++;
        } else {
            int number = Integer.parseInt(pass.group(1)) - furtherPasses;
            certain.add("MIGRATION_PASS{\"pass\":%d}".formatted(number));
        }
    }
}
