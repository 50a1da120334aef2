package io.vmferry.protocol.status;

import io.vmferry.protocol.Named;

/** QEMU's {@code RunState}: why a guest runs or does not. */
public enum RunState implements Named {
    /** Stopped by a debugger. */
    DEBUG,
    /** Waiting for an incoming migration. */
    INMIGRATE,
    /** Stopped by an error of the machine that only a reset clears. */
    INTERNAL_ERROR,
    /** Stopped by a disk error, with the policy to stop the guest. */
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
    /** The guest has shut down and the process stays. */
    SHUTDOWN,
    /** The guest sleeps (ACPI S3). */
    SUSPENDED,
    /** Stopped by its watchdog. */
    WATCHDOG,
    /** Stopped because its kernel panicked. */
    GUEST_PANICKED,
    /** Stopped between two COLO checkpoints. */
    COLO;

    /** Whether a guest in this state is to run again wherever it is taken. */
    public boolean live() {
        return this == RUNNING || this == SUSPENDED;
    }

    /** Which state may follow which. */
    public static TransitionTable<RunState> transitions() {
        return RunStateTransitions.TABLE;
    }
}
