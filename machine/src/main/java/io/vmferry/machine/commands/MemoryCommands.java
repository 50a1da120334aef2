package io.vmferry.machine.commands;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.RamImage;
import io.vmferry.machine.memory.RamImage.RamImageException;
import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.machine.monitor.CommandTable.Reply;
import io.vmferry.machine.paging.MemoryAccess;
import io.vmferry.protocol.Worded;
import io.vmferry.protocol.qmp.QapiType;
import io.vmferry.protocol.qmp.QmpException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * {@code pmemsave}: writes guest RAM to a file, on a worker thread.
 *
 * @param worker runs the saving
 */
public record MemoryCommands(GuestRam ram, MemoryAccess access, Executor worker) {

    /** Adds the command. */
    public void addTo(CommandTable.Builder table) {
        table.add(
                "pmemsave",
                QapiType.struct(
                        QapiType.required("val", new QapiType.Int()),
                        QapiType.required("size", new QapiType.Int()),
                        QapiType.required("filename", new QapiType.Str())),
                this::save);
    }

    private void save(ObjectNode arguments, Reply reply) throws QmpException {
        String name = arguments.get("filename").textValue();
        Path file;
        try {
            file = Path.of(name);
        } catch (InvalidPathException e) {
            throw QmpException.generic("Could not open '%s': %s".formatted(name, e.getReason()));
        }
        long address = arguments.get("val").longValue();
        long lengthBytes = arguments.get("size").longValue();
        boolean asked =
                access.fetchRange(
                        address, lengthBytes, () -> begin(address, lengthBytes, file, reply));
        if (!asked) {
            throw QmpException.generic(
                    "%d commands wait for missing memory already, which is the limit"
                            .formatted(MemoryAccess.MAX_WAITING));
        }
    }

    private void begin(long address, long lengthBytes, Path file, Reply reply) {
        try {
            worker.execute(() -> save(address, lengthBytes, file, reply));
        } catch (RejectedExecutionException e) {
            reply.failure(QmpException.generic(Worded.of(e)));
        }
    }

    private void save(long address, long lengthBytes, Path file, Reply reply) {
        try {
            RamImage.save(ram, address, lengthBytes, file);
            reply.success();
        } catch (RamImageException e) {
            reply.failure(QmpException.generic(Worded.of(e)));
        } catch (Throwable bug) {
            // the client gets a reply, the thread reports
            reply.failure(QmpException.generic("Internal error in pmemsave, see the log"));
            throw bug;
        }
    }
}
