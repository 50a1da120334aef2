package io.vmferry.machine.monitor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.vmferry.protocol.qmp.QmpException;

/**
 * The answer to one command. It may be given from any thread; only the first one counts, and none
 * is heard once the client is gone.
 */
public interface Reply {

    /** Answers with a value, which must not be changed any more. */
    void success(JsonNode value);

    /** Answers with an error. */
    void failure(QmpException error);

    /** Answers with the empty object, as commands do that have nothing to return. */
    default void success() {
        success(JsonNodeFactory.instance.objectNode());
    }
}
