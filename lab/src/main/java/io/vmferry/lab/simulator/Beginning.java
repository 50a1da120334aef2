package io.vmferry.lab.simulator;

/**
 * How a guest is found when its migration begins.
 *
 * @param lease whether the nodes share a lease; without one nothing but the protocol keeps them
 *     from running the guest twice
 * @param paused whether the user has paused the guest
 */
public record Beginning(boolean lease, boolean paused) {

    /** It runs, under a lease. */
    static final Beginning USUAL = new Beginning(true, false);
}
