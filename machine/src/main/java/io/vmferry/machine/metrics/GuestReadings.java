package io.vmferry.machine.metrics;

import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.guest.HostedGuest;
import io.vmferry.machine.metrics.Readings.MetricSource;
import io.vmferry.machine.paging.FaultLatency;
import io.vmferry.machine.vcpu.Vcpu;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import io.vmferry.protocol.status.Side;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * The metrics of a guest and of its migration's status.
 *
 * @param memoryErrors how many vCPUs have found their memory wrong
 */
public record GuestReadings(
        Side side,
        Profile profile,
        HostedGuest hosted,
        Supplier<MigrationStatus> status,
        IntSupplier memoryErrors)
        implements MetricSource {

    @Override
    public void read(Readings readings) {
        Guest guest = hosted.guest();
        readings.set(Metric.PROFILE, profile.text(), 1);
        readings.set(Metric.GUEST_RUNNING, guest.run().state() == RunState.RUNNING ? 1 : 0);
        readings.set(Metric.MEMORY, guest.ram().totalBytes());
        readings.set(Metric.VCPU_FAULTS, memoryErrors.getAsInt());
        MigrationStatus now = status.get();
        for (MigrationStatus each : MigrationStatus.values()) {
            if (each.knownTo(profile)) {
                readings.set(Metric.STATUS, each.text(), each == now ? 1 : 0);
            }
        }
        for (Vcpu vcpu : hosted.vcpus()) {
            readings.set(Metric.VCPU_STEPS, index(vcpu), vcpu.steps());
            if (side == Side.DESTINATION) {
                waits(readings, vcpu, guest.memory().latency());
            }
        }
    }

    private static void waits(Readings readings, Vcpu vcpu, FaultLatency latency) {
        readings.set(Metric.VCPU_WAITS, index(vcpu), latency.count(vcpu.index()));
        readings.set(
                Metric.VCPU_WAITED,
                index(vcpu),
                (double) latency.totalNanos(vcpu.index()) / TimeUnit.SECONDS.toNanos(1));
    }

    private static String index(Vcpu vcpu) {
        return Integer.toString(vcpu.index());
    }
}
