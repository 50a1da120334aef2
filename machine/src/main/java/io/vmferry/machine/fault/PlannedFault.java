package io.vmferry.machine.fault;

import java.util.Optional;

/**
 * A line of a fault plan, resolved against its host.
 *
 * @param <N> the names of what happens there
 */
public record PlannedFault<N>(FaultSpec spec, Trigger<N> trigger, FaultAction action) {

    /**
     * Reads {@code WHERE:WHAT}.
     *
     * @throws IllegalArgumentException with one clear line that quotes the text
     */
    public static <N> PlannedFault<N> parse(String text, FaultVocabulary<N> vocabulary) {
        FaultSpec spec = FaultSpec.parse(text);
        try {
            Trigger<N> trigger = Trigger.of(spec.where(), vocabulary);
            FaultAction action =
                    FaultActionKind.action(
                            spec.what(), vocabulary.host(), unnamed(trigger, vocabulary));
            PlannedFault<N> fault = new PlannedFault<>(spec, trigger, action);
            vocabulary.check(fault);
            return fault;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("Fault '%s': %s".formatted(text, e.getMessage()), e);
        }
    }

    private static <N> DefaultChannels unnamed(Trigger<N> trigger, FaultVocabulary<N> vocabulary) {
        return switch (trigger) {
            case Trigger.AfterStart<N> _, Trigger.AtOpening<N> _ ->
                    DefaultChannels.of(Optional.empty());
            case Trigger.AtByte<N> at ->
                    DefaultChannels.of(Optional.of(FaultChannel.of(at.channel())));
            case Trigger.AtOccurrence<N> at ->
                    new DefaultChannels(Optional.empty(), vocabulary.carriedAt(at.what().name()));
        };
    }

    /** As it was written, in a form that can be read again. */
    @Override
    public String toString() {
        return spec.toString();
    }
}
