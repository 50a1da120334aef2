package io.vmferry.machine.fault;

import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.status.Side;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Finds what a place of a plan is at one side, and refuses what does not exist there. */
final class TriggerChoice {

    /** The place that is a position in a channel. */
    static final String BYTE = "byte";

    private final Side side;

    TriggerChoice(Side side) {
        this.side = side;
    }

    Trigger of(FaultPlace place) {
        return switch (place) {
            case FaultPlace.After(long nanos) -> new Trigger.AfterStart(nanos);
            case FaultPlace.At at -> at.term().name().equals(BYTE) ? atByte(at) : atPoint(at);
        };
    }

    private static Trigger atByte(FaultPlace.At at) {
        List<String> arguments = at.term().arguments();
        if (arguments.size() != 1 || (at.bytes().isEmpty() && at.percent().isEmpty())) {
            throw new IllegalArgumentException(
                    "expected byte(CHANNEL)@SIZE or byte(CHANNEL)@PERCENT%, a share of guest RAM");
        }
        ChannelRole channel =
                FaultChannel.parse(arguments.getFirst())
                        .only()
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        "bytes are counted on one channel, not on all"));
        return new Trigger.AtByte(channel, at.ordinal(), at.bytes(), at.percent(), at.delayNanos());
    }

    private Trigger atPoint(FaultPlace.At at) {
        Optional<Shorthand> shorthand = Shorthand.ofText(at.term().name());
        boolean lasting = shorthand.map(Shorthand::lasting).orElse(false);
        if (at.bytes().isPresent() || (at.percent().isPresent() && !lasting)) {
            throw new IllegalArgumentException(
                    "@ is for byte(CHANNEL), device-load and device-save, not for "
                            + at.term().name());
        }
        if (at.term().arguments().size() > 1) {
            throw new IllegalArgumentException("a protocol point has one argument at most");
        }
        return new Trigger.AtPoint(
                point(at.term().name(), shorthand),
                at.term().arguments().stream().findFirst(),
                at.ordinal(),
                at.percent(),
                at.delayNanos());
    }

    private PointName<?> point(String name, Optional<Shorthand> shorthand) {
        Optional<? extends PointName<?>> point =
                shorthand.isPresent() ? shorthand.get().point(side) : PointName.ofText(name);
        if (point.isEmpty() && shorthand.isEmpty()) {
            throw new IllegalArgumentException(
                    "there is no place '%s': expected after, byte, %s or one of %s"
                            .formatted(name, shorthands(), points()));
        }
        return point.filter(p -> p.reachedBy(side) && p != PointName.FAULT_INJECTED)
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "a %s does not come to '%s'".formatted(sideName(), name)));
    }

    private String sideName() {
        return side == Side.SOURCE ? "source" : "destination";
    }

    private List<String> shorthands() {
        return Arrays.stream(Shorthand.values())
                .filter(s -> s.point(side).isPresent())
                .map(Shorthand::text)
                .toList();
    }

    private List<String> points() {
        return PointName.values().stream()
                .filter(p -> p.reachedBy(side) && p != PointName.FAULT_INJECTED)
                .map(PointName::text)
                .toList();
    }
}
