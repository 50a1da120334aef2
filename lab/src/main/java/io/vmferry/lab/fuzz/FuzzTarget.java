package io.vmferry.lab.fuzz;

/** A reader of bytes with its surroundings, used again and again by one thread. */
interface FuzzTarget {

    /**
     * Reads one input from a fresh start.
     *
     * @param input not to be changed
     * @param trace takes what comes of it; anything that is thrown is a fault
     */
    void run(byte[] input, Cuts cuts, Trace trace);
}
