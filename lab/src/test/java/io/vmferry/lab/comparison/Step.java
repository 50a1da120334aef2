package io.vmferry.lab.comparison;

import java.util.List;

/** One step of a {@link Dialogue}: something is said, awaited or done by the peer. */
sealed interface Step {

    /** A line is sent to the monitor; the reply is compared. */
    record Ask(String line) implements Step {}

    /** Goes on when {@code query-migrate} shows one of these statuses; which one is compared. */
    record AwaitStatus(List<String> statuses) implements Step {}

    /** Goes on when {@code query-migrate} shows an {@code error-desc}. */
    record AwaitError() implements Step {}

    /** Goes on when {@code query-status} shows a run state. */
    record AwaitGuest(String status) implements Step {}

    /** Goes on when the process has ended; whether it has, and its exit code, is compared. */
    record AwaitExit() implements Step {}

    /** The peer says or does something. */
    record LetPeer(List<String> words) implements Step {}
}
