package io.vmferry.machine.metrics;

import io.vmferry.machine.telemetry.Sides;
import io.vmferry.protocol.status.Side;

/**
 * All metrics that exist. Names are Micrometer's, from which Prometheus' follow: {@code
 * vmferry.ram.sent} in bytes becomes {@code vmferry_ram_sent_bytes_total}.
 *
 * <p>Labels take the values of an enumeration, or the index of a vCPU, so that their number is
 * bounded by the configuration and not by what a guest or a peer does.
 */
public enum Metric {
    // both sides
    PROFILE(
            Sides.BOTH,
            MetricKind.GAUGE,
            "vmferry.profile",
            "",
            "profile",
            "1 for the QEMU version that the node behaves like"),
    STATUS(
            Sides.BOTH,
            MetricKind.GAUGE,
            "vmferry.migration.status",
            "",
            "status",
            "1 for the status that the migration has, as query-migrate calls it, 0 for all others"),
    GUEST_RUNNING(
            Sides.BOTH,
            MetricKind.GAUGE,
            "vmferry.guest.running",
            "",
            "",
            "1 if the guest runs here"),
    MEMORY(Sides.BOTH, MetricKind.GAUGE, "vmferry.guest.memory", "bytes", "", "Size of guest RAM"),
    VCPU_STEPS(
            Sides.BOTH,
            MetricKind.COUNTER,
            "vmferry.vcpu.steps",
            "",
            "vcpu",
            "Steps, which are page writes, that a vCPU has made in the guest's life, on whichever "
                    + "side"),
    VCPU_FAULTS(
            Sides.BOTH,
            MetricKind.COUNTER,
            "vmferry.vcpu.memory.errors",
            "",
            "",
            "vCPUs that found their memory to be other than they wrote it"),
    POINTS(
            Sides.BOTH,
            MetricKind.COUNTER,
            "vmferry.protocol.points",
            "",
            "point",
            "Protocol points reached, see scripts/faults --list for what each means"),
    FAULTS_INJECTED(
            Sides.BOTH,
            MetricKind.COUNTER,
            "vmferry.faults.injected",
            "",
            "",
            "Faults of the fault plan that have struck"),
    RECOVERIES(
            Sides.BOTH,
            MetricKind.COUNTER,
            "vmferry.recoveries",
            "",
            "",
            "Times that a paused postcopy went on again"),
    FAILURES(
            Sides.BOTH,
            MetricKind.COUNTER,
            "vmferry.migration.failures",
            "",
            "kind",
            "Failures that ended or interrupted a migration, see protocol/FAILURES.md"),
    PAUSES(
            Sides.BOTH,
            MetricKind.COUNTER,
            "vmferry.postcopy.pauses",
            "",
            "",
            "Times that postcopy was paused because a channel broke or somebody asked for it"),

    // both sides, of one migration
    PAGES(
            Sides.BOTH,
            MetricKind.COUNTER,
            "vmferry.ram.pages",
            "",
            "kind",
            "Pages sent, or loaded, in this migration: normal with content, or zero"),
    PASSES(
            Sides.BOTH,
            MetricKind.COUNTER,
            "vmferry.ram.passes",
            "",
            "",
            "Passes over RAM in this migration: dirty syncs at the source, those that the "
                    + "stream marks at the destination"),
    PAGE_REQUESTS(
            Sides.BOTH,
            MetricKind.COUNTER,
            "vmferry.page.requests",
            "",
            "",
            "Pages that the destination has asked for in this migration"),

    // the source, of one migration
    SENT(
            Sides.SOURCE,
            MetricKind.COUNTER,
            "vmferry.migration.sent",
            "bytes",
            "phase",
            "Bytes sent in this migration, by what was going on: precopy, downtime or postcopy"),
    VFIO_SENT(
            Sides.SOURCE,
            MetricKind.COUNTER,
            "vmferry.vfio.sent",
            "bytes",
            "",
            "State sent of VFIO-like devices in this migration; absent when the guest has none"),
    REMAINING(
            Sides.SOURCE,
            MetricKind.GAUGE,
            "vmferry.ram.remaining",
            "bytes",
            "",
            "RAM that is to be sent, as far as the last dirty sync knows"),
    DIRTY_RATE(
            Sides.SOURCE,
            MetricKind.GAUGE,
            "vmferry.ram.dirty.rate",
            "bytes_per_second",
            "",
            "RAM that the guest has made dirty per second, between dirty syncs"),
    THROUGHPUT(
            Sides.SOURCE,
            MetricKind.GAUGE,
            "vmferry.migration.throughput",
            "bytes_per_second",
            "",
            "Bytes sent per second in the last full window of 100 ms"),
    THROTTLE(
            Sides.SOURCE,
            MetricKind.GAUGE,
            "vmferry.vcpu.throttle",
            "ratio",
            "",
            "Share of their time that vCPUs are kept from running by auto-converge"),
    DURATION(
            Sides.SOURCE,
            MetricKind.GAUGE,
            "vmferry.migration.duration",
            "seconds",
            "",
            "Time since migrate, up to the end of the migration"),
    SETUP(
            Sides.SOURCE,
            MetricKind.GAUGE,
            "vmferry.migration.setup",
            "seconds",
            "",
            "Time that the setup took; 0 before its end"),
    DOWNTIME(
            Sides.SOURCE,
            MetricKind.GAUGE,
            "vmferry.migration.downtime",
            "seconds",
            "",
            "Time that the guest has stood still for the switchover"),
    DOWNTIME_PART(
            Sides.SOURCE,
            MetricKind.GAUGE,
            "vmferry.migration.downtime.part",
            "seconds",
            "part",
            "What the downtime was spent on, in parts that are over"),
    EXPECTED_DOWNTIME(
            Sides.SOURCE,
            MetricKind.GAUGE,
            "vmferry.migration.expected.downtime",
            "seconds",
            "",
            "The downtime that a switchover now would take by the last measurement"),

    // the destination
    RECEIVED(
            Sides.DESTINATION,
            MetricKind.COUNTER,
            "vmferry.migration.received",
            "bytes",
            "",
            "Bytes of the main channel that were consumed in this migration"),
    REQUESTS_OUTSTANDING(
            Sides.DESTINATION,
            MetricKind.GAUGE,
            "vmferry.page.requests.outstanding",
            "",
            "",
            "Pages that were asked for and have not come"),
    PAGE_FAULT_LATENCY(
            Sides.DESTINATION,
            MetricKind.HISTOGRAM,
            "vmferry.page.fault.latency",
            "seconds",
            "",
            "Time from a vCPU's access to a missing page to its going on"),
    VCPU_STALLS(
            Sides.DESTINATION,
            MetricKind.COUNTER,
            "vmferry.vcpu.stalls",
            "",
            "vcpu",
            "Times that a vCPU has stood still for a missing page and gone on"),
    VCPU_STALLED(
            Sides.DESTINATION,
            MetricKind.COUNTER,
            "vmferry.vcpu.stalled",
            "seconds",
            "vcpu",
            "How long a vCPU has stood still for missing pages");

    private final Sides sides;
    private final MetricKind kind;
    private final String micrometerName;
    private final String unit;
    private final String label;
    private final String help;

    Metric(
            Sides sides,
            MetricKind kind,
            String micrometerName,
            String unit,
            String label,
            String help) {
        this.sides = sides;
        this.kind = kind;
        this.micrometerName = micrometerName;
        this.unit = unit;
        this.label = label;
        this.help = help;
    }

    /** Whether the source, or the destination, has this metric. */
    public boolean of(Side side) {
        return sides.include(side);
    }

    public MetricKind kind() {
        return kind;
    }

    /** The name with dots and without unit, as Micrometer wants it. */
    String micrometerName() {
        return micrometerName;
    }

    /** The unit of the values by its plural, or empty for a number of things. */
    public String unit() {
        return unit;
    }

    /** The name of the one label, or empty. */
    public String label() {
        return label;
    }

    /** What the value is: one sentence. */
    public String help() {
        return help;
    }

    /** The name that Prometheus has for it; for a histogram without the suffixes. */
    public String prometheusName() {
        String name = micrometerName.replace('.', '_') + (unit.isEmpty() ? "" : "_" + unit);
        return kind == MetricKind.COUNTER ? name + "_total" : name;
    }
}
