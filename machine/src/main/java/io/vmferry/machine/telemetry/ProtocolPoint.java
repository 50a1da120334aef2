package io.vmferry.machine.telemetry;

/**
 * A moment of a migration that others can name: {@code dirty-sync(3)}, {@code device-loaded(cpu)}.
 *
 * @param argument what the point is about, empty where the name says all
 */
public record ProtocolPoint(PointName name, String argument) {

    @Override
    public String toString() {
        return argument.isEmpty() ? name.text() : name.text() + "(" + argument + ")";
    }
}
