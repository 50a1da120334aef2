package io.vmferry.lab.fuzz;

import io.vmferry.dest.incoming.IncomingMigration;
import io.vmferry.dest.incoming.IncomingMigration.IncomingPorts;
import io.vmferry.machine.fault.DeviceTrouble;
import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.link.AddressListener;
import io.vmferry.machine.link.Cancellable;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A destination whose connections are fed, and which records what it does. */
final class FedDestination {

    private static final MigrationAddress ADDRESS = new MigrationAddress.Tcp("here", 4444);

    private final TaskLoop loop = new TaskLoop();
    private final OneAcceptor listener = new OneAcceptor();
    private final Trace trace;
    private final Set<PointName<?>> severalStreamsFrom;
    private final Guest guest;
    private final IncomingMigration incoming;
    private boolean severalStreams;

    /**
     * Listens.
     *
     * @param severalStreamsFrom the points from which on it depends on the cuts what comes first,
     *     so that nothing more is recorded
     */
    FedDestination(
            FuzzedGuest memory,
            MigrationOptions options,
            Trace trace,
            Set<PointName<?>> severalStreamsFrom) {
        this.trace = trace;
        this.severalStreamsFrom = severalStreamsFrom;
        guest = memory.fresh(RunState.INMIGRATE, event -> note("event", event));
        incoming =
                new IncomingMigration(
                        guest,
                        options,
                        new IncomingPorts(
                                loop,
                                listener,
                                event -> note("event", event),
                                this::point,
                                DeviceTrouble.NONE));
        try {
            incoming.listen(
                    ADDRESS,
                    bound -> {},
                    refusal -> {
                        throw new IllegalStateException(refusal);
                    });
        } catch (QmpException e) {
            throw new IllegalStateException(e);
        }
    }

    TaskLoop loop() {
        return loop;
    }

    /** Another connection. */
    FedLink connect() {
        FedLink link = new FedLink(loop);
        listener.acceptor.accepted(link);
        return link;
    }

    MigrationStatus status() {
        return incoming.status();
    }

    /** Whether there has been a main channel. */
    boolean sourceCame() {
        return incoming.figures().sourceCame();
    }

    private <A> void point(PointName<A> name, @Nullable A argument) {
        note(name.text(), name.argumentText(argument));
        severalStreams |= severalStreamsFrom.contains(name);
    }

    void note(String kind, Object value) {
        if (!severalStreams) {
            trace.note(kind, value);
        }
    }

    /** Records how it has ended; a bug of its own is thrown. */
    void judge() {
        Optional<Failure> failure = incoming.figures().failure();
        if (failure.isPresent() && failure.get() instanceof Failure.Bug(Throwable thrown)) {
            throw new IllegalStateException("The engine has broken", thrown);
        }
        if (severalStreams) {
            trace.ended("on several streams");
            return;
        }
        String status = status().text() + ", " + guest.run().state().text();
        if (failure.isPresent()) {
            trace.refused(failure.get().kind().text(), status + ": " + failure.get().text());
        } else {
            trace.ended(status);
        }
    }

    private static final class OneAcceptor implements AddressListener {

        private Acceptor acceptor = link -> {};

        @Override
        public Cancellable listen(
                MigrationAddress address,
                Acceptor whenAccepted,
                Consumer<Listening> opened,
                Consumer<IOException> failed) {
            acceptor = whenAccepted;
            opened.accept(
                    new Listening() {
                        @Override
                        public List<MigrationAddress> addresses() {
                            return List.of(address);
                        }

                        @Override
                        public void close() {
                            // a connection is there already
                        }
                    });
            return () -> {};
        }
    }
}
