package io.vmferry.lab.fuzz;

import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The pieces into which an input is cut for a reader, and the pauses of the reader. For one run.
 */
record Cuts(String name, int longest, @Nullable SplittableRandom random) {

    /** One of so many elements at which a reader of random cuts is paused. */
    private static final int ELEMENTS_PER_PAUSE = 8;

    private static final int MOST_PIECES = 256;

    private static final int[] LONGEST_PIECES = {1, 4, 16, 64, 256, 2048};

    /** All bytes at once. */
    static Cuts whole() {
        return new Cuts("whole", Integer.MAX_VALUE, null);
    }

    /** Byte by byte. */
    static Cuts single() {
        return new Cuts("byte by byte", 1, null);
    }

    /**
     * Pieces of random lengths, and pauses in random places. Long inputs are not cut into the
     * shortest ones, which would take most of the time.
     */
    static Cuts random(long seed, int inputBytes) {
        SplittableRandom random = new SplittableRandom(seed);
        int longest =
                Math.max(
                        LONGEST_PIECES[random.nextInt(LONGEST_PIECES.length)],
                        inputBytes / MOST_PIECES);
        return new Cuts("in random pieces of seed " + seed, longest, random);
    }

    /** The length of the next piece, 1 to what is left. */
    int next(int left) {
        int most = Math.min(left, longest);
        return random == null ? most : 1 + random.nextInt(most);
    }

    /** Whether the listener pauses its reader at the current element. */
    boolean pausesHere() {
        return random != null && random.nextInt(ELEMENTS_PER_PAUSE) == 0;
    }

    /** Whether a paused reader resumes before more bytes arrive. */
    boolean goesOn() {
        return random == null || random.nextBoolean();
    }

    @Override
    public String toString() {
        return name;
    }
}
