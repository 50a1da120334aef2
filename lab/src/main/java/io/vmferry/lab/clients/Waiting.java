package io.vmferry.lab.clients;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Asks processes again and again: nothing tells when another process has come so far. */
final class Waiting {

    private static final long POLL_MILLIS = 10;

    interface Question {
        boolean answer() throws IOException, InterruptedException;
    }

    private Waiting() {}

    /** Whether something comes true in time. */
    static boolean until(long millis, Question question) throws IOException, InterruptedException {
        return until(millis, POLL_MILLIS, question);
    }

    /** The same, asked more seldom where an answer costs several commands. */
    static boolean until(long millis, long pollMillis, Question question)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (!question.answer()) {
            if (System.nanoTime() > end) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(pollMillis);
        }
        return true;
    }
}
