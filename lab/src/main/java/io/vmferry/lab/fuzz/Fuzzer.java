package io.vmferry.lab.fuzz;

import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;

/**
 * Feeds mutated inputs to one target on one thread, until its limit or a broken rule. The same seed
 * gives the same inputs.
 */
final class Fuzzer implements Callable<FuzzOutcome> {

    /** Inputs between two reads of the clock. */
    private static final int INPUTS_PER_LOOK = 64;

    private final Target target;
    private final long seed;
    private final Limit limit;
    private volatile byte[] current = {};
    private volatile long checked;
    private volatile boolean reading;

    Fuzzer(Target target, long seed, Limit limit) {
        this.target = target;
        this.seed = seed;
        this.limit = limit;
    }

    Target target() {
        return target;
    }

    /** The number of inputs that it has checked. Callable from any thread. */
    long checked() {
        return checked;
    }

    /** Whether it is at an input. Callable from any thread. */
    boolean reading() {
        return reading;
    }

    /** The current input. Callable from any thread. */
    byte[] current() {
        return current;
    }

    @Override
    public FuzzOutcome call() {
        long began = System.nanoTime();
        long processorBegan = Rules.processorNanos();
        SplittableRandom random = new SplittableRandom(seed);
        Rules rules = new Rules(target, random.split());
        List<byte[]> examples = target.examples();
        Corpus corpus = new Corpus(examples, random.split());
        Mutator mutator = new Mutator(random.split());
        long count = 0;
        long refused = 0;
        Optional<Finding> finding = Optional.empty();
        while (finding.isEmpty() && !over(count, began)) {
            byte[] input =
                    count < examples.size()
                            ? examples.get((int) count)
                            : mutator.mutate(corpus.any(), corpus.any());
            current = input;
            reading = true;
            finding = rules.check(input);
            reading = false;
            checked = ++count;
            refused += rules.last().wasRefused() ? 1 : 0;
            corpus.seen(input, rules.last());
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        double processorSeconds = (Rules.processorNanos() - processorBegan) / 1e9;
        return new FuzzOutcome(
                target,
                seed,
                count,
                seconds,
                processorSeconds,
                refused,
                corpus.size(),
                rules.largestCostBytes(),
                finding.map(found -> new Shrinking(found, rules).smallest()));
    }

    private boolean over(long count, long began) {
        return count >= limit.inputs()
                || (count % INPUTS_PER_LOOK == 0 && System.nanoTime() - began >= limit.nanos());
    }
}
