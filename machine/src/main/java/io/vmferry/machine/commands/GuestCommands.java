package io.vmferry.machine.commands;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.guest.RunControl;
import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.machine.monitor.CommandTable.Reply;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.schema.GuestTypes;
import io.vmferry.protocol.status.RunState;
import java.util.UUID;

/** {@code query-status}, {@code stop}, {@code cont}, {@code query-name}, {@code query-uuid}. */
public record GuestCommands(Guest guest, String name, Profile profile) {

    private static final UUID NO_UUID = new UUID(0, 0);

    /** Adds all of them. */
    public void addTo(CommandTable.Builder table) {
        table.query("query-status", GuestTypes.status(profile), this::status)
                .add("stop", (arguments, reply) -> stop(reply))
                .add("cont", (arguments, reply) -> guest.run().whenStill(() -> cont(reply)))
                .query("query-name", GuestTypes.NAME, () -> object().put("name", name))
                .query(
                        "query-uuid",
                        GuestTypes.UUID,
                        () -> object().put("UUID", guest.uuid().orElse(NO_UUID).toString()));
    }

    private ObjectNode status() {
        RunState state = guest.run().state();
        ObjectNode status = object().put("status", state.text());
        if (profile.has(Trait.SINGLESTEP)) {
            status.put("singlestep", false);
        }
        return status.put("running", state == RunState.RUNNING);
    }

    /** Stops a running guest; for one that has yet to arrive, decides that it will not run. */
    private void stop(Reply reply) {
        RunControl run = guest.run();
        if (run.state() == RunState.INMIGRATE) {
            run.autostart(false);
            reply.success();
        } else if (run.state().live()) {
            run.stop(RunState.PAUSED, reply::success);
        } else {
            run.callOffStart();
            run.whenStill(reply::success);
        }
    }

    private void cont(Reply reply) {
        RunControl run = guest.run();
        switch (run.state()) {
            case INTERNAL_ERROR, SHUTDOWN ->
                    refuse(reply, "Resetting the Virtual Machine is required");
            case FINISH_MIGRATE -> refuse(reply, "Migration is not finalized yet");
            case SUSPENDED -> reply.success();
            case INMIGRATE -> {
                run.autostart(true);
                reply.success();
            }
            case DEBUG,
                    IO_ERROR,
                    PAUSED,
                    POSTMIGRATE,
                    PRELAUNCH,
                    RESTORE_VM,
                    RUNNING,
                    SAVE_VM,
                    WATCHDOG,
                    GUEST_PANICKED,
                    COLO -> {
                run.start(refusal ->
                        refusal.ifPresentOrElse(
                                why -> refuse(reply, "Cannot run the guest: " + why),
                                reply::success));
            }
        }
    }

    private static void refuse(Reply reply, String why) {
        reply.failure(QmpException.generic(why));
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
