package io.vmferry.lab.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** Checks the rules for one target, input by input. Belongs to one thread. */
final class Rules {

    /** Repetitions of a run that has allocated too much: the first may load classes. */
    private static final int REPETITIONS = 3;

    /** The length from which an input counts for the cost of a byte. */
    private static final int LEAST_BYTES = 64;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Target target;
    private final FuzzTarget reader;
    private final SplittableRandom random;
    private Trace last = Trace.hashed();
    private long largestCostBytes;

    Rules(Target target, SplittableRandom random) {
        this(target, target.open(), random);
    }

    /** An instance with its own reader and the limits of a target. */
    Rules(Target target, FuzzTarget reader, SplittableRandom random) {
        this.target = target;
        this.reader = reader;
        this.random = random;
    }

    /** The trace of the last input that broke no rule. */
    Trace last() {
        return last;
    }

    /** The processor time of the calling thread. */
    static long processorNanos() {
        return THREADS.getCurrentThreadCpuTime();
    }

    /** The most that an input has made its reader allocate for each of its bytes. */
    long largestCostBytes() {
        return largestCostBytes;
    }

    /** Reads an input at once and in one other way; the rule that it broke, if any. */
    Optional<Finding> check(byte[] input) {
        long cutSeed = random.nextLong();
        boolean single = random.nextInt(4 + input.length / 16) == 0;
        return check(input, single ? Cuts::single : () -> Cuts.random(cutSeed, input.length));
    }

    /** Reads an input in many ways. */
    Optional<Finding> checkThoroughly(byte[] input, int ways) {
        Optional<Finding> finding = check(input, Cuts::single);
        for (int i = 0; i < ways && finding.isEmpty(); i++) {
            long cutSeed = random.nextLong();
            finding = check(input, () -> Cuts.random(cutSeed, input.length));
        }
        return finding;
    }

    private Optional<Finding> check(byte[] input, Supplier<Cuts> cuts) {
        try {
            return broken(input, cuts).map(what -> new Finding(target, input, what));
        } catch (Throwable thrown) {
            // an error too: a stack that overflows is among what is looked for
            return Optional.of(new Finding(target, input, Finding.thrown(thrown)));
        }
    }

    private Optional<String> broken(byte[] input, Supplier<Cuts> cuts) {
        Trace whole = Trace.hashed();
        Optional<String> tooMuch = cost(input, whole);
        if (tooMuch.isPresent()) {
            return tooMuch;
        }
        Trace cut = Trace.hashed();
        long allocated = allocated(input, cuts.get(), cut);
        long most = target.mostBytesInPieces(input.length);
        if (allocated > most && allocated(input, cuts.get(), Trace.hashed()) > most) {
            return tooMuch("allocated bytes in pieces", allocated, input.length, most);
        }
        last = whole;
        return whole.sameAs(cut) ? Optional.empty() : Optional.of(difference(input, cuts));
    }

    private Optional<String> cost(byte[] input, Trace whole) {
        long allocated = allocated(input, Cuts.whole(), whole);
        long most = target.mostBytes(input.length);
        for (int i = 0; allocated > most && i < REPETITIONS; i++) {
            allocated = Math.min(allocated, allocated(input, Cuts.whole(), Trace.hashed()));
        }
        if (allocated > most) {
            return tooMuch("allocated bytes", allocated, input.length, most);
        }
        largestCostBytes =
                Math.max(largestCostBytes, allocated / Math.max(input.length, LEAST_BYTES));
        long mostElements = target.mostElements(input.length);
        return whole.count() > mostElements
                ? tooMuch("elements", whole.count(), input.length, mostElements)
                : Optional.empty();
    }

    private static Optional<String> tooMuch(String what, long count, int length, long most) {
        return Optional.of(
                "An input costs more than its length: %d %s for %d bytes, expected at most %d"
                        .formatted(count, what, length, most));
    }

    private long allocated(byte[] input, Cuts cuts, Trace trace) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        reader.run(input, cuts, trace);
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    private String difference(byte[] input, Supplier<Cuts> cuts) {
        Trace whole = readable(input, Cuts.whole());
        Trace cut = readable(input, cuts.get());
        return "The cuts make a difference: whole and %s, %s"
                .formatted(cuts.get(), Trace.difference(whole, cut));
    }

    /** The trace of an input as text. */
    Trace readable(byte[] input, Cuts cuts) {
        Trace trace = Trace.readable();
        reader.run(input, cuts, trace);
        return trace;
    }
}
