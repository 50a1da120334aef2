package io.vmferry.machine.commands;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.machine.device.Device.MigrationBlocker;
import java.util.List;

/** {@code blocked-reasons}, which {@code query-migrate} has on both sides and in every status. */
public final class BlockedReasons {

    private BlockedReasons() {}

    /** Adds the member to a report; not when there is nothing to tell. */
    public static void addTo(ObjectNode report, List<MigrationBlocker> blockers) {
        if (!blockers.isEmpty()) {
            ArrayNode reasons = report.putArray("blocked-reasons");
            blockers.forEach(blocker -> reasons.add(blocker.reason()));
        }
    }
}
