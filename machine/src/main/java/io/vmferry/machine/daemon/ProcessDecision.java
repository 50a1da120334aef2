package io.vmferry.machine.daemon;

import io.vmferry.machine.verdict.Verdict;
import io.vmferry.protocol.status.MigrationStatus;
import java.util.List;
import java.util.Optional;

/**
 * The reaction of a process to a migration that has ended or paused, or what it would say and how
 * it would end while one goes on.
 *
 * @param verdict what it reports
 * @param details further lines for people
 * @param complaint what it prints on stderr, in one line, where the text of the verdict would say
 *     too little
 * @param code how it ends, now or when it is told to quit
 * @param ends whether it ends now
 */
public record ProcessDecision(
        Verdict verdict,
        List<String> details,
        Optional<String> complaint,
        ExitCode code,
        boolean ends) {

    public ProcessDecision {
        details = List.copyOf(details);
    }

    /** Reports a result. */
    public static ProcessDecision result(
            Verdict verdict, List<String> details, ExitCode code, boolean ends) {
        return new ProcessDecision(verdict, details, Optional.empty(), code, ends);
    }

    /** What there is to say while nothing is decided; the process goes on. */
    public static ProcessDecision pending(Verdict verdict, ExitCode codeOfQuit) {
        return result(verdict, List.of(), codeOfQuit, false);
    }

    /** Complains. */
    public static ProcessDecision complaint(
            Verdict verdict, String text, ExitCode code, boolean ends) {
        return new ProcessDecision(verdict, List.of(), Optional.of(text), code, ends);
    }

    /**
     * The same with what vCPUs have found: wrong memory counts more than who may run an arrived
     * guest, but not more than that the guest is lost or was not handed over.
     *
     * @param vcpus how many have found a wrong page
     */
    public ProcessDecision contradicted(int vcpus) {
        if (vcpus == 0) {
            return this;
        }
        boolean damaged = code == ExitCode.OK || verdict.status() == MigrationStatus.COMPLETED;
        return new ProcessDecision(
                verdict.contradicted(vcpus),
                details,
                complaint,
                damaged ? ExitCode.GUEST_DAMAGED : code,
                ends);
    }

    /** How it ends; empty when it goes on. */
    public Optional<ExitCode> exitCode() {
        return ends ? Optional.of(code) : Optional.empty();
    }
}
