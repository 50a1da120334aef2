package io.vmferry.tools.shell;

import io.vmferry.machine.monitor.MonitorAddress;
import io.vmferry.tools.qmp.QmpCall;
import io.vmferry.tools.qmp.QmpConnection;
import io.vmferry.tools.qmp.QmpEndpoint.NobodyListensException;
import io.vmferry.tools.qmp.QmpNotice;
import io.vmferry.tools.qmp.QmpReply;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A negotiated connection with a time limit for replies; events are queued until they are read. */
record Talk(QmpConnection connection, Duration patience, BlockingQueue<QmpNotice> events)
        implements AutoCloseable {

    private static final Duration BETWEEN_TRIES = Duration.ofMillis(50);

    /**
     * Connects and negotiates; out of band whenever the server offers that.
     *
     * @param patience for the connection and for each reply; zero waits for ever
     * @param gives whether descriptors are to be sent
     */
    static Talk begin(MonitorAddress address, Duration patience, boolean gives)
            throws IOException, InterruptedException {
        BlockingQueue<QmpNotice> events = new LinkedBlockingQueue<>();
        QmpConnection connection;
        try {
            connection =
                    gives
                            ? QmpConnection.openToGive(address, patience, events::add)
                            : QmpConnection.open(address, patience, events::add);
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

    /**
     * The same with a monitor that may not be there yet: tries again until somebody listens.
     *
     * @param patience for that, too; zero waits for ever
     * @throws NobodyListensException when nobody listened in time
     */
    static Talk await(MonitorAddress address, Duration patience, boolean gives)
            throws IOException, InterruptedException {
        long begin = System.nanoTime();
        while (true) {
            try {
                return begin(address, patience, gives);
            } catch (NobodyListensException e) {
                long waited = System.nanoTime() - begin;
                if (!patience.isZero() && waited >= patience.toNanos()) {
                    throw e;
                }
                Thread.sleep(BETWEEN_TRIES);
            }
        }
    }

    /** Sends a command and waits for its reply. */
    QmpReply ask(QmpCall call) throws IOException, InterruptedException {
        return connection.call(call, patience);
    }

    /** Sends a command without arguments. */
    QmpReply ask(String command) throws IOException, InterruptedException {
        return ask(QmpCall.of(command));
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
