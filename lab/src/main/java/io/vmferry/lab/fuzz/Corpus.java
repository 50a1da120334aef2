package io.vmferry.lab.fuzz;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * The inputs that are mutated: the examples of a target, and short inputs with a new trace. Belongs
 * to one thread.
 */
final class Corpus {

    /** The limit of an added input, so that inputs stay short. */
    static final int LONGEST_ADDED_BYTES = 512;

    private static final int MOST = 2048;

    private final List<byte[]> inputs;
    private final Set<Long> behaviours = new HashSet<>();
    private final SplittableRandom random;

    Corpus(List<byte[]> examples, SplittableRandom random) {
        this.inputs = new ArrayList<>(examples);
        this.random = random;
    }

    byte[] any() {
        return inputs.get(random.nextInt(inputs.size()));
    }

    /** Adds an input if its trace is new. */
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
