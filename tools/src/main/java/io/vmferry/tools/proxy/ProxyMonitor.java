package io.vmferry.tools.proxy;

import io.vmferry.machine.commands.ControlCommands;
import io.vmferry.machine.commands.QuitCommand;
import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.machine.monitor.MonitorAddress;
import io.vmferry.machine.monitor.MonitorServer;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.qmp.QmpEvent;
import io.vmferry.protocol.schema.EventTypes;
import java.io.IOException;
import java.time.Clock;
import java.util.List;

/** The QMP monitors of the proxy: control, {@code quit}, and what every monitor has. */
final class ProxyMonitor implements AutoCloseable {

    private final MonitorServer server;

    /**
     * Monitors that listen nowhere yet.
     *
     * @param quit ends the program
     */
    ProxyMonitor(FaultProxy proxy, Runnable quit) {
        CommandTable.Builder table =
                CommandTable.builder(Profile.DEFAULT, List.of(EventTypes.SHUTDOWN));
        new ControlCommands(proxy.control()).addTo(table);
        new QuitCommand(this::emit, quit).addTo(table);
        this.server = new MonitorServer(table.build(), proxy.loop(), Clock.systemUTC());
    }

    private void emit(QmpEvent event) {
        server.emit(event);
    }

    /**
     * Opens a monitor, whose clients wait for {@link #serve}.
     *
     * @return the address with the port that was taken
     * @throws IOException in one line for the user
     */
    MonitorAddress open(MonitorAddress address, boolean remote) throws IOException {
        return server.listen(address, remote);
    }

    /** Greets the clients. */
    void serve() {
        server.serve();
    }

    @Override
    public void close() {
        server.close();
    }
}
