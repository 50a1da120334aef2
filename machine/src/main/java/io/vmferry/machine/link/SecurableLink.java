package io.vmferry.machine.link;

import io.vmferry.machine.tls.TlsException;
import io.vmferry.machine.tls.TlsSession;
import java.util.Optional;
import java.util.function.Consumer;

/** A link that can be encrypted. */
interface SecurableLink extends Link {

    /**
     * Encrypts the link, which is connected and has neither read nor written. One whose handshake
     * fails ends with that failure.
     *
     * @param strict whether a multifd channel, too, has to end its session before its connection
     * @param done gets why there is no session, or nothing
     */
    void secure(TlsSession session, boolean strict, Consumer<Optional<TlsException>> done);
}
