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
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.status.RunState;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A destination whose source sends the input, in virtual time; then the connection ends.
 *
 * <p>From a package on two streams are read, the package and what had come after it, as in a QEMU
 * that has a thread for the one and one for the other. What comes first depends on the cuts from
 * there on, and is not compared.
 */
final class DestinationTarget implements FuzzTarget {

    private static final MigrationAddress ADDRESS = new MigrationAddress.Tcp("here", 4444);
    private static final long SECOND_NANOS = 1_000_000_000;

    private final FuzzedGuest memory =
            new FuzzedGuest(MiniatureDestination.BLOCK, MiniatureDestination.BLOCK_BYTES >> 12);
    private final MigrationOptions options =
            FuzzedGuest.options(
                    Profile.DEFAULT, EnumSet.of(Capability.EVENTS, Capability.POSTCOPY_RAM));

    @Override
    public void run(byte[] input, Cuts cuts, Trace trace) {
        TaskLoop loop = new TaskLoop();
        OneAcceptor listener = new OneAcceptor();
        Notes notes = new Notes(trace);
        Guest guest = memory.fresh(RunState.INMIGRATE, event -> notes.note("event", event));
        IncomingMigration incoming =
                new IncomingMigration(
                        guest,
                        options,
                        new IncomingPorts(
                                loop,
                                listener,
                                event -> notes.note("event", event),
                                notes::point,
                                DeviceTrouble.NONE));
        listen(incoming);
        FedLink link = new FedLink(loop);
        listener.acceptor.accepted(link);
        link.bring(input, 0, cuts);
        loop.advance(SECOND_NANOS);
        link.end(Optional.empty());
        loop.advance(60 * SECOND_NANOS);
        notes.note("written", link.writtenHash());
        judge(incoming, guest, notes);
    }

    /** The trace, up to a package. */
    private static final class Notes {

        private final Trace trace;
        private boolean twoStreams;

        Notes(Trace trace) {
            this.trace = trace;
        }

        <A> void point(PointName<A> name, @Nullable A argument) {
            note(name.text(), name.argumentText(argument));
            twoStreams |= name == PointName.PACKAGE_RECEIVED;
        }

        void note(String kind, Object value) {
            if (!twoStreams) {
                trace.note(kind, value);
            }
        }

        void refused(String kind, String text) {
            if (twoStreams) {
                trace.ended("after a package");
            } else {
                trace.refused(kind, text);
            }
        }

        void ended(String how) {
            trace.ended(twoStreams ? "after a package" : how);
        }
    }

    private static void judge(IncomingMigration incoming, Guest guest, Notes notes) {
        Optional<Failure> failure = incoming.figures().failure();
        if (failure.isPresent() && failure.get() instanceof Failure.Bug(Throwable thrown)) {
            throw new IllegalStateException("The engine has broken", thrown);
        }
        String status = incoming.status().text() + ", " + guest.run().state().text();
        String text = failure.map(Failure::text).orElse("no error");
        if (failure.isPresent()) {
            notes.refused(failure.get().kind().text(), status + ": " + text);
        } else {
            notes.ended(status);
        }
    }

    private static void listen(IncomingMigration incoming) {
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
