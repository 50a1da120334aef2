package io.vmferry.machine.metrics;

import io.vmferry.machine.metrics.Meters.MetricKind;
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
            gauge("vmferry.profile").by("profile"),
            "1 for the QEMU version that the node behaves like"),
    STATUS(
            Sides.BOTH,
            gauge("vmferry.migration.status").by("status"),
            "1 for the status that the migration has, as query-migrate calls it, 0 for all others"),
    READY(
            Sides.BOTH,
            gauge("vmferry.ready"),
            "1 if a migration can begin here: at the source with a guest that is here, at a destination that listens"),
    GUEST_RUNNING(Sides.BOTH, gauge("vmferry.guest.running"), "1 if the guest runs here"),
    MEMORY(Sides.BOTH, gauge("vmferry.guest.memory").in("bytes"), "Size of guest RAM"),
    VCPU_STEPS(
            Sides.BOTH,
            counter("vmferry.vcpu.steps").by("vcpu"),
            "Steps, which are page writes, that a vCPU has made in the guest's life, on whichever side"),
    VCPU_FAULTS(
            Sides.BOTH,
            counter("vmferry.vcpu.memory.errors"),
            "vCPUs that found wrong content in their memory"),
    POINTS(
            Sides.BOTH,
            counter("vmferry.protocol.points").by("point"),
            "Protocol points reached, see scripts/faults --list for what each means"),
    FAULTS_INJECTED(
            Sides.BOTH,
            counter("vmferry.faults.injected"),
            "Faults of the fault plan that were injected"),
    RECOVERIES(
            Sides.BOTH,
            counter("vmferry.recoveries"),
            "Times that a paused postcopy was recovered"),
    FAILURES(
            Sides.BOTH,
            counter("vmferry.migration.failures").by("kind"),
            "Failures that ended or interrupted a migration, see protocol/FAILURES.md"),
    PAUSES(
            Sides.BOTH,
            counter("vmferry.postcopy.pauses"),
            "Times that postcopy was paused, by a broken channel or by command"),
    VERDICT_SETTLED(
            Sides.BOTH,
            gauge("vmferry.verdict.settled"),
            "1 if the verdict on the last migration is the last word, 0 while it goes on, is paused or is being checked"),
    VERDICT_GUEST(
            Sides.BOTH,
            gauge("vmferry.verdict.guest").by("place"),
            "1 for the place where the guest is by the verdict, see x-vmferry-verdict, 0 for all others"),
    VERDICT_MEMORY(
            Sides.BOTH,
            gauge("vmferry.verdict.memory").by("state"),
            "1 for what is known about the guest's memory, see x-vmferry-verdict, 0 for all others"),
    VERDICT_PAGES(
            Sides.BOTH,
            gauge("vmferry.verdict.pages").by("kind"),
            "Pages that the verdict is about: checked, written by the guest, or wrong"),
    VERDICT_WARNINGS(
            Sides.BOTH,
            gauge("vmferry.verdict.warnings"),
            "Things that make the verdict worth less, such as a guest that wrote nothing"),

    // both sides, of one migration
    PAGES(
            Sides.BOTH,
            counter("vmferry.ram.pages").by("kind"),
            "Pages sent, or loaded, in this migration: normal with content, zero, or xbzrle, as the difference to what was sent before"),
    PASSES(
            Sides.BOTH,
            counter("vmferry.ram.passes"),
            "Passes over RAM in this migration: dirty syncs at the source, those that the stream marks at the destination"),
    PAGE_REQUESTS(
            Sides.BOTH,
            counter("vmferry.page.requests"),
            "Pages that the destination has requested in this migration"),

    // the source, of one migration
    SENT(
            Sides.SOURCE,
            counter("vmferry.migration.sent").in("bytes").by("phase"),
            "Bytes sent in this migration, by what was going on: precopy, downtime or postcopy"),
    MULTIFD_SENT(
            Sides.SOURCE,
            counter("vmferry.multifd.sent").in("bytes").by("channel"),
            "Bytes sent on each multifd channel in this migration; absent without"),
    VFIO_SENT(
            Sides.SOURCE,
            counter("vmferry.vfio.sent").in("bytes"),
            "State sent of VFIO-like devices in this migration; absent when the guest has none"),
    XBZRLE_MISSES(
            Sides.SOURCE,
            counter("vmferry.xbzrle.cache.misses"),
            "Pages that XBZRLE has not found in its cache, in this migration and those before"),
    XBZRLE_OVERFLOWS(
            Sides.SOURCE,
            counter("vmferry.xbzrle.overflows"),
            "Pages that XBZRLE has found in its cache and sent whole, in this migration and those before"),
    REMAINING(
            Sides.SOURCE,
            gauge("vmferry.ram.remaining").in("bytes"),
            "RAM that is to be sent, as far as the last dirty sync knows"),
    DIRTY_RATE(
            Sides.SOURCE,
            gauge("vmferry.ram.dirty.rate").in("bytes_per_second"),
            "RAM that the guest has made dirty per second, between dirty syncs"),
    THROUGHPUT(
            Sides.SOURCE,
            gauge("vmferry.migration.throughput").in("bytes_per_second"),
            "Bytes sent per second in the last full window of 100 ms"),
    THROTTLE(
            Sides.SOURCE,
            gauge("vmferry.vcpu.throttle").in("ratio"),
            "Share of their time that vCPUs are kept from running by auto-converge"),
    DURATION(
            Sides.SOURCE,
            gauge("vmferry.migration.duration").in("seconds"),
            "Time since migrate, up to the end of the migration"),
    SETUP(
            Sides.SOURCE,
            gauge("vmferry.migration.setup").in("seconds"),
            "Time that the setup took; 0 before its end"),
    DOWNTIME(
            Sides.SOURCE,
            gauge("vmferry.migration.downtime").in("seconds"),
            "Time that the guest was stopped for the switchover"),
    DOWNTIME_PART(
            Sides.SOURCE,
            gauge("vmferry.migration.downtime.part").in("seconds").by("part"),
            "What the downtime was spent on, in parts that are over"),
    EXPECTED_DOWNTIME(
            Sides.SOURCE,
            gauge("vmferry.migration.expected.downtime").in("seconds"),
            "The downtime that a switchover now would take by the last measurement"),

    // the destination
    RECEIVED(
            Sides.DESTINATION,
            counter("vmferry.migration.received").in("bytes"),
            "Bytes of all channels that were consumed in this migration"),
    MULTIFD_RECEIVED(
            Sides.DESTINATION,
            counter("vmferry.multifd.received").in("bytes").by("channel"),
            "Bytes consumed of each multifd channel in this migration; absent without"),
    REQUESTS_OUTSTANDING(
            Sides.DESTINATION,
            gauge("vmferry.page.requests.outstanding"),
            "Pages that were requested and have not arrived"),
    PAGE_FAULT_LATENCY(
            Sides.DESTINATION,
            histogram("vmferry.page.fault.latency").in("seconds"),
            "Time from a vCPU's access to a missing page to its going on"),
    VCPU_WAITS(
            Sides.DESTINATION,
            counter("vmferry.vcpu.stalls").by("vcpu"),
            "Times that a vCPU has waited for a missing page and gone on"),
    VCPU_WAITED(
            Sides.DESTINATION,
            counter("vmferry.vcpu.stalled").in("seconds").by("vcpu"),
            "How long a vCPU has waited for missing pages");

    private final Sides sides;

    @SuppressWarnings("ImmutableEnumChecker") // a record of an enum constant and texts
    private final Form form;

    private final String help;

    Metric(Sides sides, Form form, String help) {
        this.sides = sides;
        this.form = form;
        this.help = help;
    }

    /**
     * How a metric is measured.
     *
     * @param unit the plural, or empty for a number of things
     * @param label the name of the one label, or empty
     */
    private record Form(MetricKind kind, String name, String unit, String label) {
        Form in(String plural) {
            return new Form(kind, name, plural, label);
        }

        Form by(String only) {
            return new Form(kind, name, unit, only);
        }
    }

    private static Form counter(String name) {
        return new Form(MetricKind.COUNTER, name, "", "");
    }

    private static Form gauge(String name) {
        return new Form(MetricKind.GAUGE, name, "", "");
    }

    private static Form histogram(String name) {
        return new Form(MetricKind.HISTOGRAM, name, "", "");
    }

    /** Whether the source, or the destination, has this metric. */
    public boolean of(Side side) {
        return sides.include(side);
    }

    public MetricKind kind() {
        return form.kind;
    }

    /** The name with dots and without unit, as Micrometer wants it. */
    String micrometerName() {
        return form.name;
    }

    /** The unit of the values by its plural, or empty for a number of things. */
    public String unit() {
        return form.unit;
    }

    /** The name of the one label, or empty. */
    public String label() {
        return form.label;
    }

    /** What the value is: one sentence. */
    public String help() {
        return help;
    }

    /** The name that Prometheus has for it; for a histogram without the suffixes. */
    public String prometheusName() {
        String name = form.name.replace('.', '_') + (form.unit.isEmpty() ? "" : "_" + form.unit);
        return form.kind == MetricKind.COUNTER ? name + "_total" : name;
    }
}
