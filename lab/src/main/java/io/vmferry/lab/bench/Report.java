package io.vmferry.lab.bench;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What the source says about a completed migration, ours or QEMU's: {@code query-migrate}.
 *
 * @param totalMillis from the command to completion
 * @param setupMillis of these, before the first page
 * @param ramBytes size of guest RAM
 * @param passes dirty syncs
 */
record Report(long totalMillis, long setupMillis, long downtimeMillis, long ramBytes, long passes) {

    static Report of(JsonNode reply) {
        if (!reply.path("status").asText().equals("completed")) {
            throw new AssertionError("The migration did not complete: " + reply);
        }
        return new Report(
                reply.get("total-time").asLong(),
                reply.get("setup-time").asLong(),
                reply.get("downtime").asLong(),
                reply.get("ram").get("total").asLong(),
                reply.get("ram").get("dirty-sync-count").asLong());
    }

    /** Guest RAM per time without the setup. */
    double bytesPerSecond() {
        return ramBytes * 1e3 / Math.max(1, totalMillis - setupMillis);
    }
}
