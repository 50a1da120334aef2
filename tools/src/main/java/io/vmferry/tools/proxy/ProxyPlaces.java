package io.vmferry.tools.proxy;

import io.vmferry.machine.fault.FaultAction;
import io.vmferry.machine.fault.FaultChannel;
import io.vmferry.machine.fault.FaultHost;
import io.vmferry.machine.fault.FaultTerm;
import io.vmferry.machine.fault.FaultVocabulary;
import io.vmferry.machine.fault.Occurrence;
import io.vmferry.machine.fault.PlannedFault;
import io.vmferry.machine.fault.Trigger;
import io.vmferry.protocol.Closest;
import io.vmferry.protocol.Named;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The places of faults between a source and a destination: what passes there. */
public final class ProxyPlaces implements FaultVocabulary<PlaceName> {

    private static final ProxyPlaces PLACES = new ProxyPlaces();

    private ProxyPlaces() {}

    static ProxyPlaces places() {
        return PLACES;
    }

    /**
     * Reads {@code WHERE:WHAT}.
     *
     * @throws IllegalArgumentException with one clear line that quotes the text
     */
    public static PlannedFault<PlaceName> parse(String text) {
        return PlannedFault.parse(text, PLACES);
    }

    /** The message that another one changes places with; empty is the next one. */
    static Optional<Occurrence<PlaceName>> swapsWith(FaultAction action) {
        return action instanceof FaultAction.Swap(Optional<FaultTerm> named)
                ? named.map(term -> Occurrence.of(term, PLACES))
                : Optional.empty();
    }

    @Override
    public FaultHost host() {
        return FaultHost.PROXY;
    }

    @Override
    public boolean knowsMemory() {
        return false;
    }

    @Override
    public PlaceName place(String name) {
        return Named.find(PlaceName.class, name)
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "nothing that passes is called '%s'%s: --list has the names"
                                        .formatted(name, Closest.hint(name, names()))));
    }

    private static List<String> names() {
        return Arrays.stream(PlaceName.values()).map(Named::text).toList();
    }

    @Override
    public Optional<FaultChannel> carriedAt(PlaceName place) {
        return Optional.of(place.direction().channel());
    }

    @Override
    public void check(PlannedFault<PlaceName> fault) {
        FaultAction action = fault.action();
        boolean message =
                fault.trigger() instanceof Trigger.AtOccurrence<PlaceName> at
                        && at.what().name().direction() == Direction.RETURN_PATH;
        if (!message
                && (action instanceof FaultAction.Drop || action instanceof FaultAction.Swap)) {
            throw new IllegalArgumentException(
                    "%s is for a message of the return path".formatted(fault.spec().what()));
        }
        swapsWith(action)
                .map(Occurrence::name)
                .filter(other -> other.direction() != Direction.RETURN_PATH)
                .ifPresent(other -> {
                    throw new IllegalArgumentException(
                            other.text() + " is no message of the return path");
                });
        if (action instanceof FaultAction.Hold && fault.trigger() instanceof Trigger.AfterStart) {
            throw new IllegalArgumentException("what is to be held has to be named");
        }
        if (message && action.hitsMessage() && fault.trigger().delayNanos() > 0) {
            throw new IllegalArgumentException(
                    "%s hits the message itself, which is gone later"
                            .formatted(fault.spec().what()));
        }
    }
}
