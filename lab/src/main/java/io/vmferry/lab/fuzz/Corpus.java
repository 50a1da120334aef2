package io.vmferry.lab.fuzz;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * The inputs that are mutated: the seeds of a target, and short ones that did what none before them
 * did. Belongs to one thread.
 */
final class Corpus {

    /** What is added is short, so that the inputs stay so. */
    static final int LONGEST_ADDED_BYTES = 512;

    private static final int MOST = 2048;

    private final List<byte[]> inputs;
    private final Set<Long> behaviours = new HashSet<>();
    private final SplittableRandom random;

    Corpus(List<byte[]> seeds, SplittableRandom random) {
        this.inputs = new ArrayList<>(seeds);
        this.random = random;
    }

    byte[] any() {
        return inputs.get(random.nextInt(inputs.size()));
    }

    /** An input has done something; keeps it if that is new. */
    void seen(byte[] input, Trace trace) {
        if (input.length <= LONGEST_ADDED_BYTES
                && inputs.size() < MOST
                && behaviours.add(trace.behaviour())) {
            inputs.add(input);
        }
    }

    int size() {
        return inputs.size();
    }
}
