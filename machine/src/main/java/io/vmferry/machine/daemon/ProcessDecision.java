package io.vmferry.machine.daemon;

import java.util.Optional;

/**
 * The reaction of a process to a migration that has ended or paused.
 *
 * @param result what it prints on stdout
 * @param complaint what it prints on stderr, in one line
 * @param exitCode how it ends; empty when it goes on
 */
public record ProcessDecision(
        Optional<String> result, Optional<String> complaint, Optional<ExitCode> exitCode) {

    /** Prints a result. */
    public static ProcessDecision result(String text, Optional<ExitCode> exitCode) {
        return new ProcessDecision(Optional.of(text), Optional.empty(), exitCode);
    }

    /** Prints a complaint. */
    public static ProcessDecision complaint(String text, Optional<ExitCode> exitCode) {
        return new ProcessDecision(Optional.empty(), Optional.of(text), exitCode);
    }
}
