package io.vmferry.machine.tls;

import java.io.IOException;
import org.bouncycastle.tls.TlsProtocol;

/** One end of a session of Bouncy Castle's TLS that has not begun. */
@FunctionalInterface
interface BouncyEnd {

    /**
     * Begins; a client's first message is then to be sent.
     *
     * @param complete runs when the handshake is complete
     */
    TlsProtocol begin(Runnable complete) throws IOException;
}
