package io.vmferry.dest.commands;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.dest.incoming.IncomingFigures;
import io.vmferry.dest.incoming.ram.Blocktime.BlocktimeFigures;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.net.AbstractSocket;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.status.MigrationStatus;
import java.util.List;

/** Renders {@code query-migrate} for a destination. */
final class IncomingReport {

    private IncomingReport() {}

    static ObjectNode of(IncomingFigures figures, MigrationOptions options) {
        ObjectNode report = JsonNodeFactory.instance.objectNode();
        if (figures.status() != MigrationStatus.NONE) {
            report.put("status", figures.status().text());
        }
        boolean fromSetup =
                figures.status() == MigrationStatus.FAILED
                        && !figures.sourceCame()
                        && options.profile().has(Trait.FAILED_FROM_INCOMING_SETUP);
        if (!figures.status().terminal() || fromSetup) {
            sockets(report, figures.listening());
        }
        if (figures.status() == MigrationStatus.FAILED && !fromSetup) {
            // a QEMU destination does not report why its postcopy is paused
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
        if (options.profile().has(Trait.POSTCOPY_LATENCY)) {
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

    private static void sockets(ObjectNode report, List<MigrationAddress> addresses) {
        List<MigrationAddress> sockets =
                addresses.stream().filter(address -> !address.single()).toList();
        if (!sockets.isEmpty()) {
            ArrayNode array = report.putArray("socket-address");
            sockets.forEach(address -> socket(array.addObject(), address));
        }
    }

    private static void socket(ObjectNode socket, MigrationAddress address) {
        switch (address) {
            case MigrationAddress.Tcp tcp ->
                    socket.put("port", Integer.toString(tcp.port()))
                            .put(tcp.host().contains(":") ? "ipv6" : "ipv4", true)
                            .put("host", tcp.host())
                            .put("type", "inet");
            case MigrationAddress.Unix(var path) ->
                    socket.put("path", path.toString()).put("type", "unix");
            case MigrationAddress.AbstractUnix(String name, boolean tight) ->
                    socket.put("abstract", true)
                            .put("path", name)
                            .put("type", "unix")
                            .put("tight", tight && AbstractSocket.endsEarly(name));
            case MigrationAddress.Vsock(String cid, String port) ->
                    socket.put("cid", cid).put("port", port).put("type", "vsock");
            case MigrationAddress.File _,
                    MigrationAddress.Fd _,
                    MigrationAddress.Exec _,
                    MigrationAddress.Absent _ ->
                    throw new IllegalArgumentException("No socket");
        }
    }
}
