package io.vmferry.machine.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.protocol.qmp.QmpEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class LocalMonitorTest {

    private final Deque<Runnable> loop = new ArrayDeque<>();
    private final List<String> lines = new ArrayList<>();
    private final LocalMonitor monitor =
            new LocalMonitor(
                    TestSession.idleCommands().build(), loop::add, TestSession.CLOCK, lines::add);

    private void send(String text) {
        monitor.send(text.getBytes(StandardCharsets.UTF_8));
    }

    private void settle() {
        while (!loop.isEmpty()) {
            loop.remove().run();
        }
    }

    @Test
    void itIsAMonitorWithoutASocket() {
        assertThat(lines).singleElement().asString().startsWith("{\"QMP\"").endsWith("}");
        send("{'execute':'qmp_capabilities'}{'execute':'query-na");
        send("me','id':1}");
        settle();
        monitor.emit(new QmpEvent.Stop());
        settle();
        assertThat(lines.subList(1, 3))
                .containsExactly("{\"return\": {}}", "{\"return\": {}, \"id\": 1}");
        assertThat(lines.getLast()).endsWith("\"event\": \"STOP\"}");
    }

    @Test
    void itWantsNoMoreWhileTooManyCommandsWait() {
        send("{'execute':'qmp_capabilities'}");
        send("{'execute':'query-name'}".repeat(1 + MonitorSession.MAX_WAITING));
        assertThat(monitor.reading()).isFalse();
        settle();
        assertThat(monitor.reading()).isTrue();
    }
}
