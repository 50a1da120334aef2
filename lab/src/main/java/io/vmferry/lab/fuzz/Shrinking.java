package io.vmferry.lab.fuzz;

import java.util.Arrays;
import java.util.Optional;

/** Shortens the input of a finding while it breaks the same rule. */
final class Shrinking {

    /** Tries to leave something out; enough for inputs of this size. */
    private static final int MOST_TRIES = 5_000;

    /** Ways to cut the bytes: some findings need cuts in certain places. */
    private static final int WAYS = 4;

    private final Rules rules;
    private Finding smallest;
    private int tries;

    Shrinking(Finding finding, Rules rules) {
        this.smallest = finding;
        this.rules = rules;
    }

    Finding smallest() {
        for (int bytes = smallest.input().length / 2; bytes > 0; bytes /= 2) {
            leaveOut(bytes);
        }
        return smallest;
    }

    private void leaveOut(int bytes) {
        int at = 0;
        while (at + bytes <= smallest.input().length && tries++ < MOST_TRIES) {
            byte[] shorter = without(smallest.input(), at, bytes);
            Optional<Finding> again = rules.checkThoroughly(shorter, WAYS);
            if (again.isPresent() && again.get().rule().equals(smallest.rule())) {
                smallest = again.get();
            } else {
                at += bytes;
            }
        }
    }

    private static byte[] without(byte[] input, int at, int bytes) {
        byte[] shorter = Arrays.copyOf(input, input.length - bytes);
        System.arraycopy(input, at + bytes, shorter, at, input.length - at - bytes);
        return shorter;
    }
}
