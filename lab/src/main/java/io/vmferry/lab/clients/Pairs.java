package io.vmferry.lab.clients;

import io.vmferry.protocol.profile.Profile;
import java.io.IOException;
import java.nio.file.Path;

/** The kind of source and destination between which a client migrates. */
sealed interface Pairs permits DaemonPairs, QemuPairs {

    /** The version as the reports name it. */
    String version();

    /** The profile of the version, which the client is told. */
    Profile profile();

    /** Whether the situation can be brought about with these. */
    boolean has(Situation situation);

    /**
     * Starts a pair.
     *
     * @param tcp whether the client migrates to a port of the loopback address, not to a UNIX
     *     socket
     * @param directory new and empty
     */
    ClientPair start(Situation situation, int holdMillis, boolean tcp, Path directory)
            throws IOException, InterruptedException;
}
