package io.vmferry.lab.bench;

import io.vmferry.lab.LabProgram;
import io.vmferry.lab.OutputFile;
import io.vmferry.protocol.Named;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code scripts/bench}: measures processes; JSON lines on stdout, a summary on stderr. */
@Command(
        name = "bench",
        sortOptions = false,
        description = {
            "Measures the project's figures on real processes, each against its limit.",
            "Prints a line of JSON per figure on stdout, and a summary on stderr.",
            "Needs an idle machine with 12 GiB of free memory."
        },
        footer = {
            "--jmh [NAME...] [OPTION...] runs the JMH benchmarks of single loops instead; -l lists them.",
            "",
            "Examples:",
            "  {vmferry} bench startup --runs 3",
            "  {vmferry} bench precopy-random --profile flames"
        },
        exitCodeList = {
            "0:everything was measured, whether or not it keeps its limit",
            "1:something could not be measured",
            "2:the command line was wrong"
        })
final class Bench extends LabProgram {

    @Parameters(
            paramLabel = "NAME",
            description = {
                "precopy-random, precopy-first-touch, multifd, multifd-zlib, multifd-zstd, tls, pipe,",
                "zero-scan, sparse-64g, converge, fault-latency, fault-latency-saturated,",
                "postcopy-downtime, postcopy-throughput, recovery, metrics, memory, startup,",
                "simulations or limits (default: all of them). limits are programs that do a single",
                "thing each, which shows what the machine allows."
            })
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--runs",
            paramLabel = "N",
            defaultValue = "5",
            description = "Number of runs of each measurement (default: ${DEFAULT-VALUE}).")
    private int runs;

    @Option(
            names = "--divide",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Divide the size of all guests by N, for a trial; such figures do not count.")
    private int divisor;

    @Option(
            names = "--profile",
            paramLabel = "FOLDER",
            description = {
                "Write flame graphs of both daemons of each run there, of processor time and of",
                "allocation, instead of measuring."
            })
    private @Nullable Path profile;

    private volatile int total;
    private final AtomicInteger done = new AtomicInteger();

    Bench(PrintStream out, PrintStream err) {
        super(out, err);
    }

    /** Measures and exits. */
    public static void main(String[] args) {
        main(new Bench(System.out, System.err), args);
    }

    @Override
    protected int run() throws Exception {
        List<Subject> subjects =
                names.isEmpty()
                        ? List.of(Subject.values())
                        : names.stream()
                                .distinct()
                                .map(name -> Named.require(Subject.class, "measurement", name))
                                .toList();
        if (runs < 1 || divisor < 1) {
            throw new IllegalArgumentException("--runs and --divide have to be 1 at least");
        }
        if (profile != null) {
            OutputFile.requireFolder("--profile", profile);
            requirePairs(subjects);
        }
        List<Figure> figures = new ArrayList<>();
        boolean complete = true;
        try (BenchFiles files = BenchFiles.create()) {
            total = subjects.size();
            for (Subject subject : subjects) {
                Optional<FlameGraphs> flames =
                        Optional.ofNullable(profile)
                                .map(folder -> new FlameGraphs(folder, subject.text()));
                BenchContext context = new BenchContext(files, runs, divisor, flames, err);
                complete &= measure(subject, context, figures);
                done.incrementAndGet();
            }
        }
        err.println();
        figures.forEach(figure -> err.println(figure.summary()));
        return complete ? 0 : FAILED;
    }

    @Override
    protected String reached() {
        return " after %d of %d measurements".formatted(done.get(), total);
    }

    private static void requirePairs(List<Subject> subjects) {
        for (Subject without : List.of(Subject.STARTUP, Subject.SIMULATIONS, Subject.LIMITS)) {
            if (subjects.contains(without)) {
                throw new IllegalArgumentException(
                        "--profile watches pairs, and %s has none; name other measurements"
                                .formatted(without.text()));
            }
        }
    }

    private boolean measure(Subject subject, BenchContext context, List<Figure> figures)
            throws InterruptedException {
        err.println(subject.text());
        try {
            for (Figure figure : subject.measure(context)) {
                if (profile == null) {
                    figures.add(figure);
                    out.println(figure.json());
                    out.flush();
                }
            }
            return true;
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception | AssertionError e) {
            err.println(subject.text() + " could not be measured: " + e.getMessage());
            return false;
        }
    }
}
