package io.vmferry.protocol.status;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** QEMU's {@code RunState}: why a guest runs or does not. */
public enum RunState {
    /** Stopped by a debugger. */
    DEBUG,
    /** Waiting for an incoming migration. */
    INMIGRATE,
    /** Stopped by an error of the machine that only a reset clears. */
    INTERNAL_ERROR,
    /** Stopped by a failing disk that was told to stop the guest. */
    IO_ERROR,
    /** Stopped by {@code stop}, or started with {@code -S}. */
    PAUSED,
    /** Stopped for good: the guest lives elsewhere now. */
    POSTMIGRATE,
    /** Not started yet. */
    PRELAUNCH,
    /** Stopped for the switchover. */
    FINISH_MIGRATE,
    /** A snapshot is being loaded. */
    RESTORE_VM,
    /** Running. */
    RUNNING,
    /** A snapshot is being saved. */
    SAVE_VM,
    /** The guest switched itself off and the process was told to stay. */
    SHUTDOWN,
    /** The guest sleeps (ACPI S3). */
    SUSPENDED,
    /** Stopped by its watchdog. */
    WATCHDOG,
    /** Stopped because its kernel panicked. */
    GUEST_PANICKED,
    /** Stopped between two COLO checkpoints. */
    COLO;

    private final String qmpName = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** The name on the monitor, for example {@code finish-migrate}. */
    public String qmpName() {
        return qmpName;
    }

    /** The run state of a monitor name, or empty. */
    public static Optional<RunState> fromQmpName(String name) {
        return Arrays.stream(values()).filter(s -> s.qmpName.equals(name)).findFirst();
    }

    /** Whether a guest in this state is to run again wherever it is taken. */
    public boolean live() {
        return this == RUNNING || this == SUSPENDED;
    }

    /** Which state may follow which. */
    public static TransitionTable<RunState> transitions() {
        return RunStateTransitions.TABLE;
    }
}
