package io.vmferry.machine.link;

import java.io.IOException;
import java.util.function.Consumer;

/** Makes outgoing links by connecting. */
@FunctionalInterface
public interface Connector {

    /**
     * Connects to an address; exactly one of the two callbacks runs, on the engine's loop.
     *
     * @param failed gets one line that names the address and the reason
     * @return cancels it; no callback runs afterwards
     */
    Cancellable connect(
            MigrationAddress address, Consumer<Link> connected, Consumer<IOException> failed);
}
