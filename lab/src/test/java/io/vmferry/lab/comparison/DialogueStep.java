package io.vmferry.lab.comparison;

import java.util.List;

/** One step of a {@link Dialogue}: something is said, awaited or done by the peer. */
sealed interface DialogueStep {

    /** A line is sent to the monitor; the reply is compared. */
    record Ask(String line) implements DialogueStep {}

    /** Goes on when {@code query-migrate} shows one of these statuses; which one is compared. */
    record AwaitStatus(List<String> statuses) implements DialogueStep {}

    /** Goes on when {@code query-migrate} shows an {@code error-desc}. */
    record AwaitError() implements DialogueStep {}

    /** Goes on when {@code query-status} shows a run state. */
    record AwaitGuest(String status) implements DialogueStep {}

    /** Goes on when the process has ended; whether it has, and its exit code, is compared. */
    record AwaitExit() implements DialogueStep {}

    /** The peer says or does something. */
    record LetPeer(List<String> words) implements DialogueStep {}
}
