package io.vmferry.lab.pair;

import java.util.SplittableRandom;

/**
 * The rounds and random numbers of a soak: {@code -Dsoak.rounds}, {@code -Dsoak.seed}, and {@code
 * -Dsoak.first} to begin with a later round. A round depends on the seed and its number alone.
 */
record SoakPlan(String name, int rounds, int first, long seed) {

    /** The plan of the system properties, printed so that it can be repeated. */
    static SoakPlan of(Class<?> soak, int rounds) {
        SoakPlan plan =
                new SoakPlan(
                        soak.getSimpleName(),
                        Integer.getInteger("soak.rounds", rounds),
                        Integer.getInteger("soak.first", 0),
                        Long.getLong("soak.seed", new SplittableRandom().nextLong(1 << 30)));
        plan.say(
                "scripts/test --soak %s -Dsoak.rounds=%d -Dsoak.first=%d -Dsoak.seed=%d"
                        .formatted(plan.name, plan.rounds, plan.first, plan.seed));
        return plan;
    }

    SplittableRandom random(int round) {
        return new SplittableRandom(seed * 1_000_003 + round);
    }

    /** The number after that of the last round. */
    int end() {
        return first + rounds;
    }

    /** Rounds after which everything is loaded, compiled and allocated that will be. */
    int warmUp() {
        return Math.max(1, rounds / 5);
    }

    /** Whether use is measured after this round: some forty times. */
    boolean measures(int round) {
        int done = round - first + 1;
        return done == rounds || (done >= warmUp() && done % Math.max(1, rounds / 50) == 0);
    }

    void say(String line) {
        System.out.println(name + ": " + line);
    }

    /** The place of what went wrong, for a message. */
    String at(int round) {
        return "%s, round %d, seed %d".formatted(name, round, seed);
    }
}
