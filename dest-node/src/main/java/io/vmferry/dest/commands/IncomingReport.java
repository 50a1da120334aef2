package io.vmferry.dest.commands;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.dest.incoming.IncomingFigures;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.protocol.status.MigrationStatus;

/** Renders {@code query-migrate} for a destination. */
final class IncomingReport {

    private IncomingReport() {}

    static ObjectNode of(IncomingFigures figures) {
        ObjectNode report = JsonNodeFactory.instance.objectNode();
        if (figures.status() != MigrationStatus.NONE) {
            report.put("status", figures.status().qmpName());
        }
        if (!figures.status().terminal()) {
            figures.listening().ifPresent(address -> socket(report, address));
        }
        figures.error().ifPresent(error -> report.put("error-desc", error));
        return report;
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
