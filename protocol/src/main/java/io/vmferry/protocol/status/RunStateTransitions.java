package io.vmferry.protocol.status;

import static io.vmferry.protocol.status.RunState.COLO;
import static io.vmferry.protocol.status.RunState.DEBUG;
import static io.vmferry.protocol.status.RunState.FINISH_MIGRATE;
import static io.vmferry.protocol.status.RunState.GUEST_PANICKED;
import static io.vmferry.protocol.status.RunState.INMIGRATE;
import static io.vmferry.protocol.status.RunState.INTERNAL_ERROR;
import static io.vmferry.protocol.status.RunState.IO_ERROR;
import static io.vmferry.protocol.status.RunState.PAUSED;
import static io.vmferry.protocol.status.RunState.POSTMIGRATE;
import static io.vmferry.protocol.status.RunState.PRELAUNCH;
import static io.vmferry.protocol.status.RunState.RESTORE_VM;
import static io.vmferry.protocol.status.RunState.RUNNING;
import static io.vmferry.protocol.status.RunState.SAVE_VM;
import static io.vmferry.protocol.status.RunState.SHUTDOWN;
import static io.vmferry.protocol.status.RunState.SUSPENDED;
import static io.vmferry.protocol.status.RunState.WATCHDOG;

import java.util.ArrayList;
import java.util.List;

/** The run state table, one paragraph per state that is entered with all it is entered from. */
final class RunStateTransitions {

    static final TransitionTable<RunState> TABLE = new TransitionTable<>(RunState.class, rows());

    private RunStateTransitions() {}

    private static List<Transition<RunState>> rows() {
        TransitionRows rows = new TransitionRows();
        rows.into(DEBUG, "breakpoint or debug stop").from(RUNNING);
        rows.into(INMIGRATE, "an incoming migration is awaited").from(PRELAUNCH);
        rows.into(INTERNAL_ERROR, "unrecoverable error of the machine")
                .from(INMIGRATE, FINISH_MIGRATE, RUNNING);
        rows.into(IO_ERROR, "failing disk whose policy stops the guest")
                .from(INMIGRATE, FINISH_MIGRATE, RUNNING);
        rows.into(PAUSED, "stop, or a migration that brought a paused guest")
                .from(INMIGRATE, INTERNAL_ERROR, FINISH_MIGRATE, RUNNING, SHUTDOWN, SUSPENDED);
        rows.into(POSTMIGRATE, "the migration away from here completed")
                .from(INMIGRATE, PAUSED, FINISH_MIGRATE);
        rows.into(PRELAUNCH, "reset")
                .from(DEBUG, INMIGRATE, INTERNAL_ERROR, IO_ERROR, PAUSED, POSTMIGRATE)
                .from(FINISH_MIGRATE, RESTORE_VM, SHUTDOWN, SUSPENDED, WATCHDOG)
                .from(GUEST_PANICKED, COLO);
        rows.into(FINISH_MIGRATE, "switchover of a migration")
                .from(DEBUG, INMIGRATE, INTERNAL_ERROR, IO_ERROR, PAUSED, POSTMIGRATE)
                .from(PRELAUNCH, RUNNING, SHUTDOWN, SUSPENDED, WATCHDOG, GUEST_PANICKED);
        rows.into(RESTORE_VM, "a snapshot is being loaded").from(RUNNING, SUSPENDED);
        rows.into(RUNNING, "cont, or a migration that brought a running guest")
                .from(DEBUG, INMIGRATE, IO_ERROR, PAUSED, POSTMIGRATE, PRELAUNCH)
                .from(FINISH_MIGRATE, RESTORE_VM, SAVE_VM, SUSPENDED, WATCHDOG)
                .from(GUEST_PANICKED, COLO);
        rows.into(SAVE_VM, "a snapshot is being saved").from(RUNNING, SUSPENDED);
        rows.into(SHUTDOWN, "the guest switched itself off")
                .from(INMIGRATE, FINISH_MIGRATE, RUNNING, SUSPENDED, COLO);
        rows.into(SUSPENDED, "the guest is suspended, or stays suspended")
                .from(DEBUG, INMIGRATE, PAUSED, FINISH_MIGRATE, RESTORE_VM, RUNNING, SAVE_VM);
        rows.into(WATCHDOG, "watchdog expired").from(INMIGRATE, FINISH_MIGRATE, RUNNING);
        rows.into(GUEST_PANICKED, "guest kernel panic").from(INMIGRATE, FINISH_MIGRATE, RUNNING);
        rows.into(COLO, "COLO checkpoint")
                .from(INMIGRATE, PAUSED, FINISH_MIGRATE, RUNNING, SHUTDOWN, SUSPENDED, WATCHDOG);
        return rows.list;
    }

    /** Groups rows of one target state and trigger. */
    private static final class TransitionRows {
        private final List<Transition<RunState>> list = new ArrayList<>();
        private RunState to = DEBUG;
        private String trigger = "";

        private TransitionRows into(RunState state, String cause) {
            to = state;
            trigger = cause;
            return this;
        }

        private TransitionRows from(RunState... states) {
            for (RunState state : states) {
                list.add(new Transition<>(state, to, trigger));
            }
            return this;
        }
    }
}
