package io.vmferry.machine.monitor;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.protocol.qmp.QmpException;

/** What a command does. It runs on the executor the monitor was given, one at a time per client. */
@FunctionalInterface
public interface QmpCommand {

    /**
     * Does it and replies exactly once, now or later.
     *
     * @param arguments already held against the declared type
     * @throws QmpException instead of a reply
     */
    void execute(ObjectNode arguments, Reply reply) throws QmpException;
}
