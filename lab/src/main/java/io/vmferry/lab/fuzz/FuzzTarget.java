package io.vmferry.lab.fuzz;

/** A reader of bytes with its surroundings, reused by one thread. */
interface FuzzTarget {

    /**
     * Reads one input from the initial state.
     *
     * @param input not to be changed
     * @param trace receives the result; any exception is a finding
     */
    void run(byte[] input, Cuts cuts, Trace trace);
}
