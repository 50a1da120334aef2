package io.vmferry.tools.commandline;

import io.vmferry.machine.daemon.Screen;
import java.io.PrintStream;
import java.util.function.Supplier;

/** The last line of a program that a signal such as Ctrl-C ends before its run is over. */
public final class SignalSentence implements AutoCloseable {

    private static final int STDERR = 2;

    /** Removes the progress line, or what a terminal shows of Ctrl-C. */
    private static final String CLEAR = "\r\u001b[K";

    private final PrintStream err;
    private final boolean terminal;
    private final Supplier<String> reached;
    private final Thread hook = new Thread(this::say, "signal-sentence");
    private boolean over;

    /**
     * A sentence that nothing triggers yet.
     *
     * @param terminal whether the stream is a terminal that understands control codes
     * @param reached how far the run is, as a continuation of "Ended by a signal"; may be empty
     */
    SignalSentence(PrintStream err, boolean terminal, Supplier<String> reached) {
        this.err = err;
        this.terminal = terminal;
        this.reached = reached;
    }

    /** A sentence that is printed if this process is ended before the sentence is closed. */
    public static SignalSentence watch(PrintStream err, Supplier<String> reached) {
        SignalSentence sentence = new SignalSentence(err, Screen.isTerminal(STDERR), reached);
        Runtime.getRuntime().addShutdownHook(sentence.hook);
        return sentence;
    }

    synchronized void say() {
        if (!over) {
            over = true;
            err.println((terminal ? CLEAR : "") + "Ended by a signal" + reached.get());
            err.flush();
        }
    }

    /** The run is over. */
    @Override
    public synchronized void close() {
        over = true;
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the process is being ended, and the sentence has been said or will not be
        }
    }
}
