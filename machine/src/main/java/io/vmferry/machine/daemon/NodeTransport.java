package io.vmferry.machine.daemon;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.machine.daemon.ExitCode.NodeFailure;
import io.vmferry.machine.descriptor.DescriptorSets;
import io.vmferry.machine.link.NettyEngineLoop;
import io.vmferry.machine.link.NettyTransport;
import io.vmferry.machine.link.SecureTransport;
import io.vmferry.machine.link.Transport;
import io.vmferry.machine.monitor.MonitorAddress;
import io.vmferry.machine.objects.MigrationSecurity;
import io.vmferry.machine.objects.ObjectStore;
import io.vmferry.machine.tls.CredentialsException;
import io.vmferry.machine.tls.ServerSecurity;
import io.vmferry.protocol.Worded;
import io.vmferry.protocol.profile.Deviation;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * What connects a node: its links, and what its clients give for them.
 *
 * @param descriptors the descriptor sets of the process
 * @param objects TLS credentials and the like
 * @param sockets links without TLS, and what they leave behind
 * @param links with TLS, where the migration's parameters ask for it
 */
record NodeTransport(
        DescriptorSets descriptors, ObjectStore objects, NettyTransport sockets, Transport links) {

    /**
     * The transport of a node, with the objects of its command line.
     *
     * @param running whether the guest runs
     */
    static NodeTransport of(NodeSpec spec, NettyEngineLoop loop, BooleanSupplier running)
            throws NodeFailure {
        DescriptorSets descriptors = new DescriptorSets(spec.options().profile(), loop, running);
        ObjectStore objects =
                new ObjectStore(
                        spec.options().profile(), spec.options().follows(Deviation.LIST_FILE));
        for (ObjectNode properties : spec.objects()) {
            add(properties, objects);
        }
        NettyTransport sockets = new NettyTransport(loop, descriptors, spec.readsAnything());
        return new NodeTransport(
                descriptors,
                objects,
                sockets,
                new SecureTransport(loop, sockets, new MigrationSecurity(spec.options(), objects)));
    }

    /** What encrypts a monitor, if its address asks for it. */
    Optional<ServerSecurity> security(MonitorAddress address) throws NodeFailure {
        return address instanceof MonitorAddress.SecureMonitor secure
                ? security("--qmp " + address, secure.credentials(), secure.authorization())
                : Optional.empty();
    }

    /** What encrypts the metrics, if that is asked for. */
    Optional<ServerSecurity> metricsSecurity(NodeSpec spec) throws NodeFailure {
        return spec.metricsCredentials().isPresent()
                ? security("--metrics-tls-creds", spec.metricsCredentials().get(), Optional.empty())
                : Optional.empty();
    }

    private Optional<ServerSecurity> security(
            String option, String credentials, Optional<String> authorization) throws NodeFailure {
        try {
            return Optional.of(objects.server(credentials, authorization));
        } catch (CredentialsException e) {
            throw NodeFailure.start(option + ": " + Worded.of(e), e);
        }
    }

    private static void add(ObjectNode properties, ObjectStore objects) throws NodeFailure {
        try {
            objects.add(properties);
        } catch (CredentialsException e) {
            throw NodeFailure.start(
                    "--object %s: %s".formatted(properties.get("id").asText(), Worded.of(e)), e);
        }
    }
}
