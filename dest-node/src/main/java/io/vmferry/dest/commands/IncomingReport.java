package io.vmferry.dest.commands;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.dest.incoming.BlocktimeFigures;
import io.vmferry.dest.incoming.IncomingFigures;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.status.MigrationStatus;
import java.util.List;

/** Renders {@code query-migrate} for a destination. */
final class IncomingReport {

    private IncomingReport() {}

    static ObjectNode of(IncomingFigures figures, MigrationOptions options) {
        ObjectNode report = JsonNodeFactory.instance.objectNode();
        if (figures.status() != MigrationStatus.NONE) {
            report.put("status", figures.status().qmpName());
        }
        if (!figures.status().terminal()) {
            figures.listening().ifPresent(address -> socket(report, address));
        }
        if (figures.status() == MigrationStatus.FAILED) {
            // what has made a postcopy pause is for the screen alone, as in QEMU
            figures.error().ifPresent(error -> report.put("error-desc", error));
        }
        if (figures.status() == MigrationStatus.COMPLETED
                && options.capabilities().has(Capability.POSTCOPY_BLOCKTIME)) {
            figures.blocktime().ifPresent(blocktime -> blocktime(report, blocktime, options));
        }
        return report;
    }

    private static void blocktime(
            ObjectNode report, BlocktimeFigures figures, MigrationOptions options) {
        report.put("postcopy-blocktime", figures.blocktimeMillis());
        addEach(report.putArray("postcopy-vcpu-blocktime"), figures.vcpuBlocktimeMillis());
        if (options.profile().reportsPostcopyLatency()) {
            report.put("postcopy-latency", figures.latencyNanos());
            figures.latencyDistribution().forEach(report.putArray("postcopy-latency-dist")::add);
            addEach(report.putArray("postcopy-vcpu-latency"), figures.vcpuLatencyNanos());
            report.put("postcopy-non-vcpu-latency", figures.nonVcpuLatencyNanos());
        }
    }

    /** A machine without vCPUs counts as one with a vCPU that never waits. */
    private static void addEach(ArrayNode array, List<Long> ofVcpus) {
        if (ofVcpus.isEmpty()) {
            array.add(0);
        }
        ofVcpus.forEach(array::add);
    }

    private static void socket(ObjectNode report, MigrationAddress address) {
        switch (address) {
            case MigrationAddress.Tcp(String host, int port) ->
                    report.putArray("socket-address")
                            .addObject()
                            .put("port", Integer.toString(port))
                            .put(host.contains(":") ? "ipv6" : "ipv4", true)
                            .put("host", host)
                            .put("type", "inet");
            case MigrationAddress.Unix(var path) ->
                    report.putArray("socket-address")
                            .addObject()
                            .put("path", path.toString())
                            .put("type", "unix");
            case MigrationAddress.File file -> {
                // a file is no socket
            }
        }
    }
}
