package io.vmferry.machine.commands;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.machine.monitor.CommandTable.Reply;
import io.vmferry.machine.objects.ObjectStore;
import io.vmferry.machine.tls.CredentialsException;
import io.vmferry.protocol.Worded;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.schema.CommandSpec;
import io.vmferry.protocol.schema.ObjectTypes;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * {@code object-add} and {@code object-del}.
 *
 * @param worker makes the objects, whose files are read
 */
public record ObjectCommands(Profile profile, ObjectStore objects, Executor worker) {

    /** Adds the commands. */
    public void addTo(CommandTable.Builder table) {
        table.add(CommandSpec.of("object-add").takes(ObjectTypes.add(profile)), this::add);
        table.add("object-del", ObjectTypes.DELETE, this::delete);
    }

    private void add(ObjectNode arguments, Reply reply) throws QmpException {
        try {
            worker.execute(() -> addNow(arguments, reply));
        } catch (RejectedExecutionException e) {
            throw QmpException.generic(Worded.of(e));
        }
    }

    private void addNow(ObjectNode arguments, Reply reply) {
        try {
            objects.add(arguments);
            reply.success();
        } catch (CredentialsException e) {
            reply.failure(QmpException.generic(Worded.of(e)));
        } catch (Throwable bug) {
            // the client gets a reply, the thread reports
            reply.failure(QmpException.generic("Internal error in object-add, see the log"));
            throw bug;
        }
    }

    private void delete(ObjectNode arguments, Reply reply) throws QmpException {
        try {
            objects.delete(arguments.get("id").textValue());
        } catch (CredentialsException e) {
            throw QmpException.generic(Worded.of(e));
        }
        reply.success();
    }
}
