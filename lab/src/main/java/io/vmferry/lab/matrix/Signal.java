package io.vmferry.lab.matrix;

import io.vmferry.machine.fault.FaultTerm;
import io.vmferry.protocol.Named;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A signal that is sent to a daemon when its log shows a protocol point. */
enum Signal implements Named {
    SIGKILL("kill", "the process gets SIGKILL from outside when its log shows the place"),
    SIGSTOP("stall(300ms)", "the process gets SIGSTOP, and SIGCONT 300 ms later");

    private static final long STOPPED_MILLIS = 300;

    private final String simulated;
    private final String meaning;

    Signal(String simulated, String meaning) {
        this.simulated = simulated;
        this.meaning = meaning;
    }

    /** What it does, in a few words. */
    String meaning() {
        return meaning;
    }

    /** The signal that a fault names, if it names one. */
    static Optional<Signal> of(FaultTerm what) {
        return Named.find(Signal.class, what.name());
    }

    /** The action of fault plans that does the same. */
    String simulated() {
        return simulated;
    }

    void send(long pid) throws IOException, InterruptedException {
        switch (this) {
            case SIGKILL -> kill("-KILL", pid);
            case SIGSTOP -> {
                kill("-STOP", pid);
                TimeUnit.MILLISECONDS.sleep(STOPPED_MILLIS);
                kill("-CONT", pid);
            }
        }
    }

    /** The process may have ended by itself. */
    private static void kill(String signal, long pid) throws IOException, InterruptedException {
        new ProcessBuilder("kill", signal, Long.toString(pid))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }
}
