package io.vmferry.tools.proxy;

import io.vmferry.machine.fault.Occurrence;
import io.vmferry.protocol.stream.CommandType;
import io.vmferry.protocol.stream.Element;

/**
 * Something recognised that passes.
 *
 * @param argument empty where the name says all
 * @param at offset and length in its direction of the connection
 */
record Passing(PlaceName name, String argument, Element at) {

    private static final String PING = CommandType.PING.name();

    boolean is(Occurrence<PlaceName> expected) {
        return expected.matches(name, this::argument);
    }

    /** Whether it is told of; a PING is a command, too, but told once. */
    boolean shown() {
        return name != PlaceName.COMMAND || !argument.equals(PING);
    }

    @Override
    public String toString() {
        return argument.isEmpty() ? name.text() : name.text() + "(" + argument + ")";
    }
}
