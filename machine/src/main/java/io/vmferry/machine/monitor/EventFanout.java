package io.vmferry.machine.monitor;

import io.vmferry.protocol.qmp.QmpEvent;
import io.vmferry.protocol.qmp.QmpJson;
import java.time.Clock;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;

/** Gives every event to all sessions that are past their negotiation. Safe for any thread. */
final class EventFanout implements EventSink {

    private final Clock clock;
    private final Set<MonitorSession> sessions = new CopyOnWriteArraySet<>();

    EventFanout(Clock clock) {
        this.clock = clock;
    }

    @Override
    public void emit(QmpEvent event) {
        byte[] line = line(event);
        for (MonitorSession session : sessions) {
            session.event(line);
        }
    }

    /** An event with its time, as a client gets it. */
    byte[] line(QmpEvent event) {
        Instant now = clock.instant();
        return QmpJson.event(event, now.getEpochSecond(), now.getNano() / 1000);
    }

    void join(MonitorSession session) {
        sessions.add(session);
    }

    void leave(MonitorSession session) {
        sessions.remove(session);
    }
}
