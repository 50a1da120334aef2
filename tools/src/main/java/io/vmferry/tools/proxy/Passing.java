package io.vmferry.tools.proxy;

/**
 * Something recognised that passes.
 *
 * @param argument empty where the name says all
 */
record Passing(PlaceName name, String argument) {

    @Override
    public String toString() {
        return argument.isEmpty() ? name.text() : name.text() + "(" + argument + ")";
    }
}
