package io.vmferry.lab.bench;

import io.vmferry.tools.commandline.ToolLine;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measures what it is asked for: JSON lines on stdout, a summary for people on stderr. */
@Command(
        name = "bench",
        sortOptions = false,
        description = {
            "Measures the project's figures, each against its mark.",
            "Prints a line of JSON per figure, and a summary to stderr.",
            "Wants a quiet machine with 12 GiB of free memory."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:everything was measured, whether or not it meets its mark",
            "1:something could not be measured",
            "2:the command line was wrong"
        })
final class Bench implements Callable<Integer> {

    @Parameters(
            paramLabel = "NAME",
            description = {
                "precopy-random, precopy-first-touch, zero-scan, sparse-64g, converge, fault-latency,",
                "fault-latency-saturated, postcopy-downtime, postcopy-throughput, recovery, metrics,",
                "memory or startup; all of them when none is named."
            })
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--runs",
            paramLabel = "N",
            defaultValue = "5",
            description = "How often each thing is measured (default: ${DEFAULT-VALUE}).")
    private int runs;

    @Option(
            names = "--divide",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Make guests smaller by this factor, to see whether everything works; such figures do not count.")
    private int divisor;

    @Mixin
    @SuppressWarnings("unused") // picocli reads it
    private ToolLine.Help help;

    @Spec private CommandSpec spec;

    Bench() {}

    /** Measures and exits. */
    public static void main(String[] args) {
        System.exit(ToolLine.of(new Bench(), System.err).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        List<Subject> subjects = subjects();
        if (runs < 1 || divisor < 1) {
            throw new ParameterException(
                    spec.commandLine(), "--runs and --divide have to be 1 at least");
        }
        List<Figure> figures = new ArrayList<>();
        boolean complete = true;
        try (Scratch scratch = Scratch.create()) {
            Stand stand = new Stand(scratch, runs, divisor, System.err);
            for (Subject subject : subjects) {
                complete &= measure(subject, stand, figures);
            }
        }
        System.err.println();
        figures.forEach(figure -> System.err.println(figure.summary()));
        return complete ? 0 : 1;
    }

    private static boolean measure(Subject subject, Stand stand, List<Figure> figures)
            throws InterruptedException {
        System.err.println(subject.text());
        try {
            for (Figure figure : subject.measure(stand)) {
                figures.add(figure);
                System.out.println(figure.json());
                System.out.flush();
            }
            return true;
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception | AssertionError e) {
            System.err.println(subject.text() + " could not be measured: " + e.getMessage());
            return false;
        }
    }

    private List<Subject> subjects() {
        return names.isEmpty()
                ? List.of(Subject.values())
                : names.stream().distinct().map(this::subject).toList();
    }

    private Subject subject(String name) {
        return Subject.parse(name)
                .orElseThrow(() ->
                        new ParameterException(
                                spec.commandLine(),
                                "Nothing is called '%s': expected one of %s"
                                        .formatted(name, String.join(", ", Subject.texts()))));
    }
}
