package io.vmferry.lab.fuzz;

import io.vmferry.lab.LabProgram;
import io.vmferry.lab.OutputFile;
import io.vmferry.lab.RunProgress;
import io.vmferry.machine.commandline.Invocation;
import io.vmferry.machine.daemon.Screen;
import io.vmferry.protocol.Named;
import io.vmferry.tools.commandline.ToolLine;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code scripts/fuzz}: feeds mutated bytes to everything that reads bytes of a peer or a client.
 */
@Command(
        name = "fuzz",
        sortOptions = false,
        description = {
            "Feeds mutated inputs of up to 4 KiB to everything that reads bytes of a peer or a client,"
                    + " one target after the other, on all processors. Each input is read whole,"
                    + " and byte by byte or in random pieces. Fails if a reader throws anything but"
                    + " a named error, if an input costs more than its length, or if the result"
                    + " depends on how the input was cut."
        },
        footer = {
            "--jazzer TARGET [OPTION...] fuzzes one target with Jazzer, guided by coverage.",
            "",
            "Examples:",
            "  {vmferry} fuzz --seconds 60",
            "  {vmferry} fuzz stream --runs 100000 --seed 7"
        },
        exitCodeList = {
            "0:no input broke a rule",
            "1:an input broke a rule; it was written to a file, with the command that repeats it",
            "2:the command line was wrong"
        })
public final class FuzzProgram extends LabProgram {

    /** Of the names in the list, with the space behind them. */
    private static final int NAMES_WIDTH = 14;

    private static final int WAYS = 1000;
    private static final int LONGEST_PRINTED_BYTES = 256;

    @Parameters(paramLabel = "TARGET", description = "What to fuzz (default: everything).")
    private List<String> names = List.of();

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "Seconds for each target (default: 10).")
    private @Nullable Long seconds;

    @Option(
            names = "--runs",
            paramLabel = "N",
            description = "Inputs for each target, instead of --seconds.")
    private @Nullable Long runs;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Seed of all inputs, together with --threads (default: the time).")
    private @Nullable Long seed;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads, each with its own seed (default: the number of processors).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--input",
            paramLabel = "FILE",
            description = "Feed the bytes of a file to one TARGET instead, and print the result.")
    private @Nullable Path input;

    @Option(
            names = "--failures",
            paramLabel = "FOLDER",
            description = "Folder for inputs that broke a rule (default: .).")
    private Path failures = Path.of(".");

    @Option(names = "--list", description = "List the targets.")
    private boolean list;

    private final Optional<IntSupplier> columns;

    /** What is under way. */
    private volatile Optional<RunProgress> current = Optional.empty();

    FuzzProgram(PrintStream out, PrintStream err) {
        this(out, err, Optional.empty());
    }

    private FuzzProgram(PrintStream out, PrintStream err, Optional<IntSupplier> columns) {
        super(out, err);
        this.columns = columns;
    }

    /** Runs and exits. */
    public static void main(String[] args) {
        main(new FuzzProgram(System.out, System.err, Screen.columnsOf(System.err)), args);
    }

    @Override
    protected int run() throws IOException, InterruptedException {
        if (list) {
            refuseBeside("--list");
            if (!names.isEmpty()) {
                throw new IllegalArgumentException("--list takes no TARGET");
            }
            for (Target target : Target.values()) {
                ToolLine.printRow(
                        out, "%-12s  %s".formatted(target.text(), target.about()), NAMES_WIDTH);
            }
            return 0;
        }
        checkLimits();
        return input == null ? fuzz() : repeat(input);
    }

    private void checkLimits() {
        if (seconds != null && runs != null) {
            throw new IllegalArgumentException("--seconds or --runs, not both");
        }
        for (Long limit : Arrays.asList(seconds, runs, (long) threads)) {
            if (limit != null && limit < 1) {
                throw new IllegalArgumentException(
                        "--seconds, --runs and --threads are at least 1, not " + limit);
            }
        }
    }

    private List<Target> targets() {
        return names.isEmpty()
                ? List.of(Target.values())
                : names.stream().map(FuzzProgram::target).toList();
    }

    private static Target target(String name) {
        return Named.require(Target.class, "target", name);
    }

    // ---- one input

    private int repeat(Path file) throws IOException {
        refuseBeside("--input");
        if (names.size() != 1) {
            throw new IllegalArgumentException("--input needs one TARGET");
        }
        Target target = target(names.getFirst());
        byte[] bytes = bytes(file);
        Rules rules = new Rules(target, new SplittableRandom(1));
        Optional<Finding> finding = rules.checkThoroughly(bytes, WAYS);
        if (finding.isEmpty()) {
            rules.readable(bytes, Cuts.whole()).lines().forEach(out::println);
            return 0;
        }
        out.println(finding.get().what());
        return FAILED;
    }

    private static byte[] bytes(Path file) throws IOException {
        // every byte is a character, so that what is no text at all is refused by the same line
        String digits = Files.readString(file, StandardCharsets.ISO_8859_1);
        try {
            return HexFormat.of().parseHex(digits.replaceAll("\\s", ""));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "--input %s: expected hexadecimal digits, two a byte".formatted(file), e);
        }
    }

    // ---- many inputs

    private int fuzz() throws IOException, InterruptedException {
        OutputFile.requireFolder("--failures", failures);
        long first = seed == null ? System.currentTimeMillis() : seed;
        int status = 0;
        for (Target target : targets()) {
            try {
                List<FuzzOutcome> outcomes = watched(target, fuzzers(target, first));
                out.println(line(target, outcomes));
                for (FuzzOutcome outcome : outcomes) {
                    if (outcome.finding().isPresent()) {
                        report(outcome.finding().get(), outcome.seed());
                        status = FAILED;
                    }
                }
            } catch (HungException e) {
                report(e.finding(), first);
                return FAILED;
            }
        }
        return status;
    }

    /** Runs them, and shows once a second how far they are. */
    private List<FuzzOutcome> watched(Target target, List<Fuzzer> fuzzers)
            throws InterruptedException, HungException {
        long begin = System.nanoTime();
        try (RunProgress progress = progress(target);
                ScheduledExecutorService ticker =
                        Executors.newSingleThreadScheduledExecutor(
                                Thread.ofPlatform().daemon().name("progress").factory())) {
            var _ =
                    ticker.scheduleAtFixedRate(
                            () -> progress.reached(done(fuzzers, begin)), 1, 1, TimeUnit.SECONDS);
            return Fuzzing.run(fuzzers, threads);
        }
    }

    private RunProgress progress(Target target) {
        String parts = (runs == null ? "seconds of " : "inputs of ") + target.text();
        RunProgress begun =
                new RunProgress(
                        err, columns, parts, runs == null ? seconds() : runs, System::nanoTime);
        current = Optional.of(begun);
        return begun;
    }

    @Override
    protected String reached() {
        return current.map(RunProgress::ended).orElse("");
    }

    private long done(List<Fuzzer> fuzzers, long begin) {
        return runs == null
                ? TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin)
                : fuzzers.stream().mapToLong(Fuzzer::checked).sum();
    }

    private long seconds() {
        return seconds == null ? 10 : seconds;
    }

    private List<Fuzzer> fuzzers(Target target, long first) {
        Limit limit =
                runs == null
                        ? Limit.ofSeconds(seconds())
                        : Limit.ofInputs((runs + threads - 1) / threads);
        return IntStream.range(0, threads)
                .mapToObj(i -> new Fuzzer(target, first + i, limit))
                .toList();
    }

    private static String line(Target target, List<FuzzOutcome> outcomes) {
        long inputs = outcomes.stream().mapToLong(FuzzOutcome::inputs).sum();
        return String.format(
                Locale.ROOT,
                "%-12s %,11d inputs %,8.0f /s  %,8.0f per processor second  %3.0f %% refused"
                        + "  %4d in the corpus  %4d bytes per byte",
                target.text(),
                inputs,
                outcomes.stream().mapToDouble(FuzzOutcome::inputsPerSecond).sum(),
                inputs / outcomes.stream().mapToDouble(FuzzOutcome::processorSeconds).sum(),
                100.0 * outcomes.stream().mapToLong(FuzzOutcome::refused).sum() / inputs,
                outcomes.stream().mapToInt(FuzzOutcome::corpus).sum(),
                outcomes.stream().mapToLong(FuzzOutcome::largestCostBytes).max().orElse(0));
    }

    private void report(Finding finding, long foundBySeed) throws IOException {
        String name =
                "fuzz-%s-%08x.hex"
                        .formatted(finding.target().text(), Arrays.hashCode(finding.input()));
        Files.createDirectories(failures);
        Path file = failures.resolve(name);
        Files.writeString(file, finding.hex() + "\n");
        out.printf("%s, seed %d: %s%n", finding.target().text(), foundBySeed, finding.what());
        if (finding.input().length <= LONGEST_PRINTED_BYTES) {
            out.println("  input: " + finding.hex());
        }
        out.printf(
                "  again: %s %s --input %s%n",
                Invocation.asTyped("{vmferry} fuzz"), finding.target().text(), file);
    }
}
