package io.vmferry.lab.simulator;

import io.vmferry.machine.link.AddressListener;
import io.vmferry.machine.link.Cancellable;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.link.Transport;
import io.vmferry.protocol.channel.ChannelRole;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** The network between the hosts of one simulation. */
public final class SimulatedNetwork {

    /**
     * The latency, the bandwidth and the fragmentation of a network.
     *
     * @param maxFragmentBytes deliveries are cut into pieces of random size up to this
     */
    public record LinkProfile(long latencyNanos, long bytesPerSecond, int maxFragmentBytes) {

        /** A network drawn at random: from a loopback to a slow long-distance line. */
        static LinkProfile random(SplittableRandom random) {
            long latency = random.nextLong(1_000, 20_000_000);
            long bandwidth = 1L << random.nextInt(20, 31);
            int fragment =
                    random.nextInt(4) == 0 ? random.nextInt(1, 64) : 1 << random.nextInt(8, 20);
            return new LinkProfile(latency, bandwidth, fragment);
        }
    }

    private record ListeningHost(SimulatedHost host, AddressListener.Acceptor acceptor) {}

    private final VirtualTime time;
    private final LinkProfile profile;
    private final SplittableRandom random;
    private final Map<MigrationAddress, ListeningHost> listeners = new HashMap<>();
    private final List<SimulatedLink> connections = new ArrayList<>();

    SimulatedNetwork(VirtualTime time, LinkProfile profile, SplittableRandom random) {
        this.time = time;
        this.profile = profile;
        this.random = random;
    }

    /** The connections made so far, in order, by the end of the host that made them. */
    List<SimulatedLink> connections() {
        return connections;
    }

    /**
     * The first connection that carries a channel, by the end of the host that made it; empty while
     * there is none.
     *
     * @param since the number of first connections to skip
     */
    Optional<SimulatedLink> carrying(ChannelRole role, int since) {
        return connections.stream()
                .skip(since)
                .filter(link -> link.roles().contains(role))
                .findFirst();
    }

    /** The first connection that carries a channel, which must exist. */
    SimulatedLink carrying(ChannelRole role) {
        return carrying(role, 0)
                .orElseThrow(
                        () -> new IllegalStateException("There is no %s".formatted(role.title())));
    }

    /** The maximum in transit on a connection. */
    long peakBytes() {
        return connections.stream().mapToLong(SimulatedLink::peakBytes).max().orElse(0);
    }

    /** The transport of one host. */
    Transport transportOf(SimulatedHost host) {
        return new Transport() {
            @Override
            public Cancellable connect(
                    MigrationAddress address,
                    Consumer<Link> connected,
                    Consumer<IOException> failed) {
                return host.schedule(
                                2 * profile.latencyNanos(),
                                () -> connectNow(host, address, connected, failed))
                        ::cancel;
            }

            @Override
            public Cancellable listen(
                    MigrationAddress address,
                    Acceptor acceptor,
                    Consumer<Listening> opened,
                    Consumer<IOException> failed) {
                if (listeners.putIfAbsent(address, new ListeningHost(host, acceptor)) != null) {
                    failed.accept(new IOException(address + ": address already in use"));
                } else {
                    opened.accept(listening(address));
                }
                return () -> {};
            }

            private Listening listening(MigrationAddress address) {
                return new Listening() {
                    @Override
                    public List<MigrationAddress> addresses() {
                        return List.of(address);
                    }

                    @Override
                    public void close() {
                        listeners.remove(address);
                    }
                };
            }
        };
    }

    private void connectNow(
            SimulatedHost from,
            MigrationAddress address,
            Consumer<Link> connected,
            Consumer<IOException> failed) {
        ListeningHost listener = listeners.get(address);
        if (listener == null || !listener.host.alive()) {
            failed.accept(new IOException(address + ": connection refused"));
            return;
        }
        SimulatedLink link = SimulatedLink.pair(time, from, listener.host, profile, random.split());
        connections.add(link);
        listener.host.execute(() -> listener.acceptor.accepted(link.peerEnd()));
        connected.accept(link);
    }
}
