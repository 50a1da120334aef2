package io.vmferry.machine.telemetry;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A named moment of a migration: {@code dirty-sync(3)}, {@code device-loaded(cpu)}. The argument
 * stays what it is until somebody reads it as text.
 */
public final class ProtocolPoint {

    private final PointName<?> name;
    private final @Nullable Object argument;

    /** A point without an argument. */
    public ProtocolPoint(PointName<Void> name) {
        this(name, null);
    }

    /**
     * A point with an argument.
     *
     * @param argument what the point is about
     */
    public <A> ProtocolPoint(PointName<A> name, @Nullable A argument) {
        this.name = name;
        this.argument = argument;
    }

    public PointName<?> name() {
        return name;
    }

    /** The argument, when the point has that name. */
    public <A> Optional<A> argument(PointName<A> wanted) {
        return name == wanted
                ? Optional.ofNullable(argument).map(wanted::argument)
                : Optional.empty();
    }

    /** Whether it is the point of that name with that argument. */
    public <A> boolean is(PointName<A> wanted, @Nullable A wantedArgument) {
        return name == wanted && Objects.equals(argument, wantedArgument);
    }

    /** The text of the argument; empty without one. */
    public String argumentText() {
        return name.argumentText(argument);
    }

    /** Points are compared by their text: the same page of two guests is equal. */
    @Override
    public boolean equals(Object other) {
        return other instanceof ProtocolPoint point
                && name == point.name
                && (Objects.equals(argument, point.argument)
                        || argumentText().equals(point.argumentText()));
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, argumentText());
    }

    @Override
    public String toString() {
        return argument == null ? name.text() : name.text() + "(" + argumentText() + ")";
    }
}
