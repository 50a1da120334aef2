package io.vmferry.tools.shell;

import io.vmferry.machine.monitor.MonitorAddress;
import io.vmferry.tools.qmp.QmpCall;
import io.vmferry.tools.qmp.QmpConnection;
import io.vmferry.tools.qmp.QmpNotice;
import io.vmferry.tools.qmp.QmpReply;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/** A negotiated connection with its patience; events wait in a queue until somebody takes them. */
final class Talk implements AutoCloseable {

    private final QmpConnection connection;
    private final Duration patience;
    private final BlockingQueue<QmpNotice> events;

    private Talk(QmpConnection connection, Duration patience, BlockingQueue<QmpNotice> events) {
        this.connection = connection;
        this.patience = patience;
        this.events = events;
    }

    /**
     * Connects and negotiates; out of band whenever the server offers that.
     *
     * @param patience for the connection and for each answer; zero waits for ever
     */
    static Talk begin(MonitorAddress address, Duration patience)
            throws IOException, InterruptedException {
        BlockingQueue<QmpNotice> events = new LinkedBlockingQueue<>();
        QmpConnection connection;
        try {
            connection = QmpConnection.open(address, patience, events::add);
        } catch (SocketTimeoutException e) {
            throw new SocketTimeoutException(
                    e.getMessage() + "; perhaps another client has this monitor, which serves one");
        }
        Talk talk = new Talk(connection, patience, events);
        QmpReply reply = connection.negotiate(connection.offersOutOfBand(), patience);
        if (reply.refused()) {
            connection.close();
            throw new IOException("The negotiation was refused: " + reply.description());
        }
        return talk;
    }

    /** Asks and waits. */
    QmpReply ask(QmpCall call) throws IOException, InterruptedException {
        return connection.call(call, patience);
    }

    /** Asks what has no arguments. */
    QmpReply ask(String command) throws IOException, InterruptedException {
        return ask(QmpCall.of(command));
    }

    BlockingQueue<QmpNotice> events() {
        return events;
    }

    QmpConnection connection() {
        return connection;
    }

    void whenEnded(Consumer<IOException> action) {
        connection.whenEnded(action);
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
