package io.vmferry.tools.proxy;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/** Lines that wait to be printed, and the thread that prints them. Usable by any thread. */
final class LineQueue implements AutoCloseable {

    /** Room for lines that may be left out. */
    static final int MAX_OFFERED = 10_000;

    /** Room for all lines: what may not be left out has a share of its own. */
    private static final int MAX_LINES = 2 * MAX_OFFERED;

    /** How long the end waits for a reader. */
    private static final long CLOSE_LIMIT_SECONDS = 5;

    private final PrintStream out;
    private final LongFunction<String> leftOutLine;
    private final Lock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Thread printer;
    private List<String> waiting = new ArrayList<>();
    private long leftOut;
    private boolean closed;

    /**
     * @param leftOutLine what is printed in place of so many lines
     */
    LineQueue(PrintStream out, LongFunction<String> leftOutLine) {
        this.out = out;
        this.leftOutLine = leftOutLine;
        this.printer = Thread.ofPlatform().daemon().name("proxy-output").start(this::print);
    }

    /** Adds a line, or leaves it out and counts it when too many wait. */
    void offer(Supplier<String> line) {
        lock.lock();
        try {
            if (waiting.size() < MAX_OFFERED) {
                waiting.add(line.get());
                changed.signalAll();
            } else {
                leftOut++;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Adds a line that is not left out: waits for room. */
    void add(String line) {
        lock.lock();
        try {
            while (waiting.size() >= MAX_LINES && !closed) {
                changed.awaitUninterruptibly();
            }
            waiting.add(line);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void print() {
        for (List<String> lines = next(); !lines.isEmpty(); lines = next()) {
            lines.forEach(out::println);
            out.flush();
        }
    }

    /** All that wait, as soon as there are some; none at the end. */
    private List<String> next() {
        lock.lock();
        try {
            while (waiting.isEmpty() && !closed) {
                changed.awaitUninterruptibly();
            }
            List<String> lines = waiting;
            waiting = new ArrayList<>();
            if (leftOut > 0) {
                lines.add(leftOutLine.apply(leftOut));
                leftOut = 0;
            }
            changed.signalAll();
            return lines;
        } finally {
            lock.unlock();
        }
    }

    /** Prints what waits, unless the reader does not take it for some seconds. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            printer.join(TimeUnit.SECONDS.toMillis(CLOSE_LIMIT_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
