package io.vmferry.machine.daemon;

import io.vmferry.machine.fault.FaultAction;
import io.vmferry.machine.fault.FaultyProcess;
import io.vmferry.machine.monitor.MonitorServer;
import io.vmferry.protocol.qmp.QmpEvent;
import java.util.Optional;
import java.util.function.Supplier;

/** The process of a node, as its fault plan ends it and changes its first monitor. */
record NodeProcess(MainThread mainThread, Supplier<Optional<MonitorServer>> monitors)
        implements FaultyProcess {

    /** The exit code that a shell reports of a process that SIGKILL has ended. */
    private static final int KILLED = 128 + 9;

    /** The kernel closes what the process had open, as after SIGKILL. */
    @Override
    public void kill() {
        Runtime.getRuntime().halt(KILLED);
    }

    @Override
    public void exit() {
        mainThread.quit();
    }

    @Override
    public boolean injectIntoMonitor(FaultAction.OnMonitor action) {
        monitors.get().ifPresent(server -> inject(server, action));
        return monitors.get().isPresent();
    }

    private static void inject(MonitorServer server, FaultAction.OnMonitor action) {
        switch (action) {
            case FaultAction.Reword(var word, var instead, var nanos) ->
                    server.faults().reword(word, instead, nanos);
            case FaultAction.Lag(boolean events, long nanos) -> server.faults().lag(events, nanos);
            case FaultAction.Event(var name, var status) ->
                    server.emit(new QmpEvent.Planned(name, status));
            case FaultAction.HangUp _ -> server.faults().hangUp();
        }
    }
}
