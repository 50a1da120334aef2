package io.vmferry.protocol.failure;

/**
 * Runs every one of several steps, also when some of them throw: the exits of a migration must not
 * stop halfway because one of their steps has a bug.
 */
public final class AllSteps {

    private AllSteps() {}

    /**
     * Runs the steps in order. What the first failing step threw is thrown at the end, with what
     * later ones threw as suppressed. No switch over types: linking one takes milliseconds, and a
     * guest that is about to run waits for these steps.
     */
    public static void run(Runnable... steps) {
        Throwable first = null;
        for (Runnable step : steps) {
            try {
                step.run();
            } catch (Throwable bug) {
                if (first == null) {
                    first = bug;
                } else if (!first.equals(bug)) {
                    first.addSuppressed(bug);
                }
            }
        }
        if (first instanceof RuntimeException bug) {
            throw bug;
        }
        if (first instanceof Error bug) {
            throw bug;
        }
    }
}
