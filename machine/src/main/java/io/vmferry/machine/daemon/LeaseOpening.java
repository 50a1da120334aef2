package io.vmferry.machine.daemon;

import io.vmferry.machine.daemon.ExitCode.NodeFailure;
import io.vmferry.machine.lease.FileLease;
import io.vmferry.machine.lease.Lease.NotALeaseException;
import io.vmferry.protocol.Worded;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the lease file of a starting node, before there is a loop that it could block. */
final class LeaseOpening {

    private static final Logger log = LoggerFactory.getLogger(LeaseOpening.class);

    private LeaseOpening() {}

    /** The lease that the command line names, if it names one. */
    static Optional<FileLease> of(NodeSpec spec) throws NodeFailure {
        if (spec.lease().isEmpty()) {
            return Optional.empty();
        }
        Path path = spec.lease().get();
        CompletableFuture<Void> notice =
                CompletableFuture.runAsync(
                        () -> log.warn("Waiting for lease file {}, which does not respond", path),
                        CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS));
        try {
            return Optional.of(FileLease.on(path, spec.name()));
        } catch (NotALeaseException e) {
            throw NodeFailure.usage("--lease: " + e.getMessage());
        } catch (IOException e) {
            throw NodeFailure.start(Worded.of(e), e);
        } finally {
            notice.cancel(false);
        }
    }
}
