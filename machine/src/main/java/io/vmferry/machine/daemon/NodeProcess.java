package io.vmferry.machine.daemon;

import io.vmferry.machine.fault.FaultyProcess;

/** The process of a node, as its fault plan ends it. */
final class NodeProcess implements FaultyProcess {

    /** What a shell reports of a process that SIGKILL has ended. */
    private static final int KILLED = 128 + 9;

    private final MainThread mainThread;

    NodeProcess(MainThread mainThread) {
        this.mainThread = mainThread;
    }

    /** The kernel closes what the process had open, as it does behind SIGKILL. */
    @Override
    public void kill() {
        Runtime.getRuntime().halt(KILLED);
    }

    @Override
    public void exit() {
        mainThread.quit();
    }
}
