package io.vmferry.dest.incoming.channel;

import io.vmferry.machine.link.EngineLoop;
import io.vmferry.machine.link.Link;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.slf4j.event.Level;

/** Logs connections that are no channel, at most one line per second. Confined to the loop. */
public final class ConnectionLog {

    static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final EngineLoop loop;
    private final BiConsumer<Level, String> lines;
    private long quietUntilNanos;
    private boolean began;
    private long leftOut;
    private Level level = Level.INFO;
    private String last = "";

    /**
     * @param lines writes a line to the log
     */
    public ConnectionLog(EngineLoop loop, BiConsumer<Level, String> lines) {
        this.loop = loop;
        this.lines = lines;
    }

    /** Logs a line, or counts it where there was one within the last second. */
    public void add(Level of, String line) {
        long leftNanos = began ? quietUntilNanos - loop.nanoTime() : 0;
        if (leftOut == 0 && leftNanos <= 0) {
            write(of, line);
            return;
        }
        level = leftOut == 0 || of == Level.WARN ? of : level;
        last = line;
        if (leftOut++ == 0) {
            loop.schedule(leftNanos, this::writeLeftOut);
        }
    }

    /** Logs and ends a connection that is no channel of the migration. */
    public void reject(String what, Link link, String why) {
        add(Level.WARN, "%s from %s rejected: %s".formatted(what, link.peer(), why));
        link.abort();
    }

    private void writeLeftOut() {
        long more = leftOut;
        leftOut = 0;
        write(level, more == 1 ? last : "%d more, the last one: %s".formatted(more, last));
    }

    private void write(Level of, String line) {
        began = true;
        quietUntilNanos = loop.nanoTime() + PERIOD_NANOS;
        lines.accept(of, line);
    }
}
