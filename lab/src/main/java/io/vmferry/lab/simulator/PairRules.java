package io.vmferry.lab.simulator;

import io.vmferry.machine.device.IterableDevice;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.ProtocolPoint;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.stream.Command;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The rules for the protocol points of one migration that concern both sides: a side may only
 * report to the other what has happened.
 */
final class PairRules {

    private final SimulatedPair pair;
    private final SimulatedPair.Destination destination;
    private final BandwidthRule bandwidth;
    private final Map<String, Long> setupNanos = new HashMap<>();
    private int loading;
    private int approved;
    private int resumesAcknowledged;

    PairRules(SimulatedPair pair, SimulatedPair.Destination destination) {
        this.pair = pair;
        this.destination = destination;
        this.bandwidth = new BandwidthRule(pair);
    }

    /**
     * Checks and records a point.
     *
     * @throws BrokenRule when it is not allowed now
     */
    void reached(ProtocolPoint point, SimulatedSide side) {
        if (side == pair.source) {
            atSource(point);
        } else if (side == destination.side) {
            atDestination(point);
        }
    }

    private void atSource(ProtocolPoint point) {
        bandwidth.reached(point);
        if (point.name() == PointName.RESUME_ACKNOWLEDGED) {
            Invariant.ACKNOWLEDGED.require(
                    resumesAcknowledged > 0,
                    "The source continues a recovery that was not acknowledged");
            resumesAcknowledged = 0;
        }
        if (point.name() == PointName.SWITCHOVER_STARTED && acknowledges()) {
            long needed = devices().stream().filter(IterableDevice::switchoverAckNeeded).count();
            // a guest that does not run has no downtime
            Invariant.ACKNOWLEDGED.require(
                    approved >= needed || !pair.source.runsGuest(),
                    "The guest is stopped when %d of %d devices are ready"
                            .formatted(approved, needed));
        }
    }

    private void atDestination(ProtocolPoint point) {
        point.argument(PointName.SETUP_LOADED)
                .ifPresent(device -> setupNanos.put(device, pair.time.nowNanos()));
        point.argument(PointName.DEVICE_APPROVED).ifPresent(this::approved);
        point.argument(PointName.PONG_SENT).ifPresent(this::answered);
        if (point.name() == PointName.DEVICE_LOAD_STARTED) {
            loading++;
        } else if (point.name() == PointName.DEVICE_LOADED) {
            loading--;
        } else if (point.name() == PointName.RESUME_ACK_SENT) {
            resumesAcknowledged++;
        } else if (point.name() == PointName.GUEST_STARTED) {
            Invariant.ARRIVED.require(
                    loading == 0,
                    "The guest is started while %d devices are being loaded".formatted(loading));
        }
    }

    /** Checks the lease when the source learns that it does not own the guest any more. */
    private void answered(int pong) {
        boolean takesLease =
                pong == Command.Ping.PACKAGE_LOADED
                        && pair.scenario.leased()
                        && destination.side.hosted.guest().run().autostart();
        Invariant.LEASE.require(
                !takesLease || pair.lease.wasTakenBy(destination.side.host),
                "The source learns that the destination owns the guest, which does not hold the lease");
    }

    private void approved(String device) {
        approved++;
        for (IterableDevice each : devices()) {
            if (each.idstr().equals(device)) {
                long spentNanos = pair.time.nowNanos() - setupNanos.getOrDefault(device, 0L);
                Invariant.ACKNOWLEDGED.require(
                        each.initialDataLoaded() && spentNanos >= each.preallocNanos(),
                        "%s approves the switchover before it is ready".formatted(device));
            }
        }
    }

    private boolean acknowledges() {
        return pair.scenario.capabilities().contains(Capability.SWITCHOVER_ACK);
    }

    private List<IterableDevice> devices() {
        return destination.side.hosted.guest().devices().stream()
                .filter(IterableDevice.class::isInstance)
                .map(IterableDevice.class::cast)
                .toList();
    }
}
