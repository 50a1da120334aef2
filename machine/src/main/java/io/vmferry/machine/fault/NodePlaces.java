package io.vmferry.machine.fault;

import io.vmferry.machine.commandline.Invocation;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.Closest;
import io.vmferry.protocol.Named;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.Side;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The places of faults in one side of a migration: its protocol points, and shorter names. */
record NodePlaces(Side side) implements FaultVocabulary<PointName<?>> {

    private static final Set<PointName<?>> DEVICE_POINTS =
            Set.of(PointName.DEVICE_LOAD_STARTED, PointName.DEVICE_SAVE_STARTED);

    @Override
    public FaultHost host() {
        return FaultHost.NODE;
    }

    @Override
    public boolean knowsMemory() {
        return true;
    }

    @Override
    public List<String> lastingPlaces() {
        return Arrays.stream(Shorthand.values())
                .filter(Shorthand::lasting)
                .map(Shorthand::text)
                .toList();
    }

    @Override
    public PointName<?> place(String name) {
        Optional<Shorthand> shorthand = Named.find(Shorthand.class, name);
        Optional<? extends PointName<?>> point =
                shorthand.isPresent() ? shorthand.get().point(side) : PointName.ofText(name);
        if (point.isEmpty() && shorthand.isEmpty()) {
            throw new IllegalArgumentException(
                    "there is no place '%s'%s: %s lists them"
                            .formatted(name, meant(name), Invocation.asTyped("{vmferry} faults")));
        }
        return point.filter(this::exists)
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "a %s does not come to '%s'".formatted(side.text(), name)));
    }

    @Override
    public Optional<PointName<?>> awaitedOnly(String name) {
        return Optional.<PointName<?>>of(PointName.FAULT_INJECTED)
                .filter(point -> point.text().equals(name));
    }

    private boolean exists(PointName<?> point) {
        return point.reachedBy(side) && point != PointName.FAULT_INJECTED;
    }

    private String meant(String name) {
        return Named.find(MigrationStatus.class, name).isPresent()
                ? ", did you mean '%s(%s)'".formatted(PointName.STATUS.text(), name)
                : Closest.hint(name, names());
    }

    private List<String> names() {
        Stream<String> shorter =
                Arrays.stream(Shorthand.values())
                        .filter(shorthand -> shorthand.point(side).isPresent())
                        .map(Shorthand::text);
        Stream<String> points =
                PointName.values().stream().filter(this::exists).map(PointName::text);
        return Stream.of(Stream.of(Trigger.OPENING, Trigger.BYTE), shorter, points)
                .flatMap(names -> names)
                .toList();
    }

    /**
     * A device's state is right or wrong in the end, not half-way; and a bug is thrown by the
     * engine's own code, whose stack the throwable unwinds.
     */
    @Override
    public void check(PlannedFault<PointName<?>> fault) {
        boolean atOnce =
                fault.trigger() instanceof Trigger.AtOccurrence<PointName<?>> at && at.atOnce();
        if (fault.action() instanceof FaultAction.ThrowBug && !atOnce) {
            throw new IllegalArgumentException("bug stands at a protocol point, without @ and +");
        }
        if (fault.trigger() instanceof Trigger.AtOpening
                && !(fault.action() instanceof FaultAction.OnMonitor)) {
            throw new IllegalArgumentException("opening is for what happens to a monitor");
        }
        boolean ofDevice =
                fault.trigger() instanceof Trigger.AtOccurrence<PointName<?>> at
                        && DEVICE_POINTS.contains(at.what().name());
        if (fault.action() instanceof FaultAction.Fail && !(atOnce && ofDevice)) {
            throw new IllegalArgumentException(
                    "fail stands at device-load or device-save, without @ and +");
        }
    }
}
