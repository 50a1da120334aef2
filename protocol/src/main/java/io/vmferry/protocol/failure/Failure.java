package io.vmferry.protocol.failure;

import io.vmferry.protocol.Named;
import io.vmferry.protocol.Worded;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.status.Side;
import io.vmferry.protocol.stream.StreamException;
import java.io.IOException;
import java.util.Optional;

/**
 * What ends or interrupts a migration. What follows from it is decided by {@link FailureTable}
 * alone; nobody reads {@link #text()} but people.
 */
public sealed interface Failure {

    /** One line for {@code error-desc} and the log: what was expected, what was seen, where. */
    String text();

    /** Which rows of the failure table apply. */
    FailureKind kind();

    /**
     * The peer sent what the protocol does not allow.
     *
     * @param cause the refused element with its offset; empty when no single element is wrong, such
     *     as a stream that ends too early
     */
    record Wire(ChannelRole channel, String text, Optional<StreamException> cause)
            implements Failure {

        /** An element that a reader refused. */
        public static Wire of(ChannelRole channel, StreamException cause) {
            return new Wire(
                    channel, channel.title() + ": " + cause.getMessage(), Optional.of(cause));
        }

        /** A sequence of elements that cannot be, each of which was valid. */
        public static Wire sequence(ChannelRole channel, String what) {
            return new Wire(channel, channel.title() + ": " + what, Optional.empty());
        }

        @Override
        public FailureKind kind() {
            return FailureKind.WIRE;
        }
    }

    /**
     * A connection could not be made, or broke.
     *
     * @param offsetBytes what had passed on the main channel by then
     * @param cause what the operating system said; empty when the peer closed in an orderly way
     */
    record ConnectionFailure(
            ChannelRole channel, long offsetBytes, String text, Optional<IOException> cause)
            implements Failure {

        /**
         * A connection that broke.
         *
         * @param what which one, and where
         * @param peer who has closed it, unless there is a cause
         */
        public static ConnectionFailure broken(
                ChannelRole channel,
                long offsetBytes,
                String what,
                Side peer,
                Optional<IOException> cause) {
            String why = cause.map(IOException::getMessage).orElse("closed by the " + peer.text());
            return new ConnectionFailure(channel, offsetBytes, what + ": " + why, cause);
        }

        /** A channel that could not be connected. */
        public static ConnectionFailure unconnected(ChannelRole channel, IOException cause) {
            return new ConnectionFailure(channel, 0, Worded.of(cause), Optional.of(cause));
        }

        @Override
        public FailureKind kind() {
            return FailureKind.TRANSPORT;
        }
    }

    /** The peer says nothing, or does not connect, although something is due. */
    record Silence(ChannelRole channel, String text) implements Failure {
        @Override
        public FailureKind kind() {
            return FailureKind.SILENCE;
        }
    }

    /** A device cannot save or load its state. */
    record DeviceFailure(String idstr, String text) implements Failure {

        /**
         * A device that cannot do its part.
         *
         * @param action {@code save} or {@code load}
         */
        public static DeviceFailure cannot(String action, String idstr, String why) {
            return new DeviceFailure(
                    idstr, "Device '%s' cannot %s its state: %s".formatted(idstr, action, why));
        }

        @Override
        public FailureKind kind() {
            return FailureKind.DEVICE;
        }
    }

    /** The peer has reported that it failed. */
    record PeerReport(String text) implements Failure {
        @Override
        public FailureKind kind() {
            return FailureKind.PEER_REPORT;
        }
    }

    /** The lease cannot be taken, so the guest may not run here. */
    record LeaseFailure(String text) implements Failure {
        @Override
        public FailureKind kind() {
            return FailureKind.LEASE;
        }
    }

    /** {@code migrate-pause}. */
    record PauseCommand() implements Failure {
        @Override
        public String text() {
            return "Postcopy migration is paused by the user";
        }

        @Override
        public FailureKind kind() {
            return FailureKind.PAUSE_COMMAND;
        }
    }

    /** {@code migrate_cancel}. */
    record CancelCommand() implements Failure {
        @Override
        public String text() {
            return "Migration is cancelled by the user";
        }

        @Override
        public FailureKind kind() {
            return FailureKind.CANCEL_COMMAND;
        }
    }

    /** An exception or error that our own code let escape. */
    record Bug(Throwable cause) implements Failure {
        @Override
        public String text() {
            return "Internal error: " + cause;
        }

        @Override
        public FailureKind kind() {
            return FailureKind.BUG;
        }
    }

    /** The kinds of {@link Failure}, as the failure table and metrics name them. */
    enum FailureKind implements Named {
        WIRE("the peer broke a rule of the protocol"),
        TRANSPORT("a connection could not be made, or broke"),
        SILENCE("the peer is silent although something is due"),
        DEVICE("a device cannot save or load its state"),
        PEER_REPORT("the peer reported that it failed"),
        LEASE("the lease cannot be taken"),
        PAUSE_COMMAND("migrate-pause"),
        CANCEL_COMMAND("migrate_cancel"),
        BUG("an exception or error of our own code");

        private final String meaning;

        FailureKind(String meaning) {
            this.meaning = meaning;
        }

        /** What happened, for documentation. */
        public String meaning() {
            return meaning;
        }
    }
}
