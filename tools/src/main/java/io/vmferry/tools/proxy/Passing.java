package io.vmferry.tools.proxy;

import io.vmferry.machine.fault.Occurrence;

/**
 * Something recognised that passes.
 *
 * @param argument empty where the name says all
 */
record Passing(PlaceName name, String argument) {

    boolean is(Occurrence<PlaceName> expected) {
        return expected.matches(name, this::argument);
    }

    @Override
    public String toString() {
        return argument.isEmpty() ? name.text() : name.text() + "(" + argument + ")";
    }
}
