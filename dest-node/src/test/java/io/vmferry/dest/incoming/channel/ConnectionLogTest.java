package io.vmferry.dest.incoming.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.link.ManualLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

/** A log that others fill. */
class ConnectionLogTest {

    private final ManualLoop loop = new ManualLoop();
    private final List<String> lines = new ArrayList<>();
    private final ConnectionLog log =
            new ConnectionLog(loop, (level, line) -> lines.add(level + " " + line));

    @Test
    void whatComesSeldomIsLoggedAsItComes() {
        log.add(Level.WARN, "a");
        loop.advance(ConnectionLog.PERIOD_NANOS);
        log.add(Level.INFO, "b");
        assertThat(lines).containsExactly("WARN a", "INFO b");
        loop.advance(TimeUnit.MINUTES.toNanos(1));
        assertThat(lines).hasSize(2);
    }

    @Test
    void aFloodIsOneLineASecondWithItsNumber() {
        for (int i = 1; i <= 5000; i++) {
            log.add(Level.WARN, "connection " + i);
            loop.advance(TimeUnit.MILLISECONDS.toNanos(1));
        }
        loop.advance(ConnectionLog.PERIOD_NANOS);
        assertThat(lines)
                .containsExactly(
                        "WARN connection 1",
                        "WARN 999 more, the last one: connection 1000",
                        "WARN 1000 more, the last one: connection 2000",
                        "WARN 1000 more, the last one: connection 3000",
                        "WARN 1000 more, the last one: connection 4000",
                        "WARN 1000 more, the last one: connection 5000");
        loop.advance(ConnectionLog.PERIOD_NANOS);
        log.add(Level.INFO, "later");
        assertThat(lines).last().isEqualTo("INFO later");
    }

    @Test
    void aSecondLineIsOnlyLate() {
        log.add(Level.INFO, "a");
        log.add(Level.WARN, "b");
        assertThat(lines).containsExactly("INFO a");
        loop.advance(ConnectionLog.PERIOD_NANOS);
        assertThat(lines).containsExactly("INFO a", "WARN b");
    }

    @Test
    void aWarningAmongTheRestMakesItOne() {
        log.add(Level.INFO, "a");
        log.add(Level.WARN, "b");
        log.add(Level.INFO, "c");
        loop.advance(ConnectionLog.PERIOD_NANOS);
        assertThat(lines).containsExactly("INFO a", "WARN 2 more, the last one: c");
    }
}
