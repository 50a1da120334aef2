package io.vmferry.lab.matrix;

import io.vmferry.lab.mutants.EditMissedException;
import io.vmferry.lab.mutants.Mutant;
import io.vmferry.lab.mutants.MutantAgent;
import io.vmferry.lab.mutants.Mutants;
import io.vmferry.lab.simulator.BrokenRule;
import io.vmferry.protocol.Worded;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The program of a JVM in which a mutant is planted. Its last line is the result; it ends with the
 * program that started it, even in an endless loop.
 */
public final class MutantChild {

    private static final int FAILED = 1;

    /** The limit of a printed violation: some list every point of a virtual hour. */
    private static final int MOST_CHARACTERS = 400;

    private MutantChild() {}

    /**
     * Runs and exits.
     *
     * @param args the mutant, the limit in seconds, and optionally one run instead of all
     */
    public static void main(String[] args) {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "off");
        Mutant mutant = Mutants.of(args[0]);
        try {
            MutantAgent.requirePlanted(mutant);
        } catch (EditMissedException e) {
            say(MutantResult.MutantResultKind.MISPLACED, Worded.of(e));
            System.exit(FAILED);
        }
        endWithParent();
        if (args.length > 2) {
            System.exit(one(Evidence.parse(args[2]), System.out));
        }
        System.exit(all(mutant, Long.parseLong(args[1])));
    }

    /** Ends this process with its parent, whose death closes the standard input. */
    private static void endWithParent() {
        Thread watch =
                new Thread(
                        () -> {
                            try {
                                System.in.transferTo(OutputStream.nullOutputStream());
                            } catch (IOException e) {
                                // the pipe is broken: the parent has ended too
                            }
                            Runtime.getRuntime().halt(FAILED);
                        },
                        "end-with-parent");
        watch.setDaemon(true);
        watch.start();
    }

    private static int all(Mutant mutant, long limitSeconds) {
        MutantProof proof = new MutantProof(mutant, limitSeconds);
        Optional<MutantProof.Caught> caught = proof.run();
        if (caught.isPresent()) {
            say(
                    MutantResult.MutantResultKind.CAUGHT,
                    caught.get().evidence() + "\t" + firstLine(caught.get().how()));
            return 0;
        }
        String others =
                proof.others().entrySet().stream()
                        .map(other -> other.getKey().text() + " by " + other.getValue())
                        .collect(Collectors.joining(", "));
        if (others.isEmpty()) {
            say(MutantResult.MutantResultKind.SURVIVED, proof.runs() + " runs");
        } else {
            say(MutantResult.MutantResultKind.CAUGHT_BY_OTHERS, others);
        }
        return FAILED;
    }

    /** Prints the result of one run. */
    private static int one(Evidence evidence, PrintStream out) {
        try {
            evidence.run();
            out.println(evidence + ": nothing is broken");
            return FAILED;
        } catch (BrokenRule broken) {
            out.println(broken.invariant().text() + ": " + broken.getMessage());
            return 0;
        }
    }

    private static void say(MutantResult.MutantResultKind kind, String what) {
        System.out.println(kind.text() + "\t" + what);
    }

    private static String firstLine(String text) {
        String line = text.lines().findFirst().orElse("");
        return line.length() <= MOST_CHARACTERS
                ? line
                : line.substring(0, MOST_CHARACTERS) + " ...";
    }
}
