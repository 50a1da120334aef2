package io.vmferry.lab.matrix;

import io.vmferry.lab.LabProgram;
import io.vmferry.lab.RunFacts;
import io.vmferry.lab.RunProgress;
import io.vmferry.machine.daemon.Screen;
import io.vmferry.machine.fault.FaultSpec;
import io.vmferry.protocol.Named;
import io.vmferry.protocol.status.Side;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code scripts/matrix}: injects every fault at every protocol point and reports the guest's
 * owner.
 */
@Command(
        name = "matrix",
        sortOptions = false,
        description = {
            "Injects every fault at every protocol point of typical migrations, on either side, in the"
                    + " simulator, and some of them between real daemons. Prints how each cell,"
                    + " one fault in one migration, ended; fails if one has broken a rule: two"
                    + " running guests, a write that is lost while an owner survives, a migration"
                    + " that never comes to rest, a status transition that is not in the tables, a"
                    + " page that is placed twice, unbounded memory."
        },
        footer = {
            "Examples:",
            "  {vmferry} matrix --course postcopy",
            "  {vmferry} matrix --simulated --html matrix.html"
        },
        exitCodeList = {
            "0:no cell broke a rule",
            "1:a cell broke a rule, or a mutant was not caught; the printed command repeats it",
            "2:the command line was wrong, or a file could not be written"
        })
public final class MatrixProgram extends LabProgram {

    private static final String SEED = "--seed";
    private static final String SEEDS = "--seeds";

    @Option(
            names = "--course",
            paramLabel = "NAME",
            description = "Run only this course; repeatable. Prints a line for each point.")
    private List<String> courses = List.of();

    @Option(
            names = "--at",
            paramLabel = "source|destination",
            description = "Inject faults only at this side.")
    private @Nullable String side;

    @Option(
            names = "--fault",
            paramLabel = "WHERE:WHAT",
            description =
                    "Run only this fault, with --course and --at; prints every protocol point.")
    private @Nullable String fault;

    @Option(
            names = SEED,
            paramLabel = "N",
            description = "Seed of the simulated guest and network (default: 1).")
    private long seed = 1;

    @Option(
            names = SEEDS,
            paramLabel = "COUNT",
            description = "Number of seeds for each cell, from --seed on (default: 1).")
    private int seeds = 1;

    @Option(names = "--simulated", description = "Run only simulated cells.")
    private boolean simulated;

    @Option(names = "--real", description = "Run only cells between real daemons.")
    private boolean real;

    @Mixin private ReportOptions reports = new ReportOptions();

    @Mixin private MutantOptions mutants = new MutantOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    private final Optional<IntSupplier> columns;

    /** What is under way. */
    private volatile Optional<RunProgress> current = Optional.empty();

    MatrixProgram(PrintStream out, PrintStream err) {
        this(out, err, Optional.empty());
    }

    private MatrixProgram(PrintStream out, PrintStream err, Optional<IntSupplier> columns) {
        super(out, err);
        this.columns = columns;
    }

    /** Runs and exits. */
    public static void main(String[] args) {
        main(new MatrixProgram(System.out, System.err, Screen.columnsOf(System.err)), args);
    }

    @Override
    protected int run() throws IOException, InterruptedException {
        if (simulated && real) {
            throw new IllegalArgumentException(
                    "--simulated and --real exclude each other: no cell is left");
        }
        if (mutants.wanted()) {
            return mutants.call(out);
        }
        if (seeds < 1) {
            throw new IllegalArgumentException("--seeds %d is not 1 or more".formatted(seeds));
        }
        List<Course> chosen = chosen();
        Optional<Side> at =
                Optional.ofNullable(side).map(text -> Named.require(Side.class, "--at", text));
        if (real) {
            refuse("does not go with --real: real daemons have no seed", SEED, SEEDS);
        }
        if (fault != null) {
            refuse(
                    "does not go with --fault, which runs one cell",
                    SEEDS,
                    ReportOptions.JSON,
                    ReportOptions.HTML);
            return one(fault, at);
        }
        reports.requireWritable();
        return all(
                chosen,
                cell ->
                        chosen.contains(cell.course())
                                && at.stream().allMatch(cell.side()::equals));
    }

    /** Refuses options that would have no effect. */
    private void refuse(String why, String... options) {
        for (String option : options) {
            if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
                throw new IllegalArgumentException(option + " " + why);
            }
        }
    }

    private List<Course> chosen() {
        return courses.isEmpty()
                ? Course.ALL
                : courses.stream().distinct().map(Course::of).toList();
    }

    // ---- one cell

    private int one(String planned, Optional<Side> at) throws IOException, InterruptedException {
        if (courses.size() != 1 || at.isEmpty()) {
            throw new IllegalArgumentException("--fault needs one --course and --at");
        }
        Course course = Course.of(courses.getFirst());
        Cell cell = new Cell(course, at.get(), FaultSpec.parse(planned), seed, real);
        CellResult result =
                real ? RealCells.run(cell, RealSubset.simulated(cell)) : SimulatedCells.run(cell);
        if (!real) {
            SimulatedCells.points(cell).forEach(out::println);
        }
        out.println(CellText.line(result));
        return result.broken().isPresent() ? FAILED : 0;
    }

    // ---- many cells

    private int all(List<Course> chosen, Predicate<Cell> meant)
            throws IOException, InterruptedException {
        List<Cell> pairs =
                simulated ? List.of() : RealSubset.cells().stream().filter(meant).toList();
        if (real && pairs.isEmpty()) {
            throw new IllegalArgumentException(
                    "No cell is left: real daemons run some of the courses "
                            + RealSubset.cells().stream()
                                    .map(cell -> cell.course().name())
                                    .distinct()
                                    .collect(Collectors.joining(", ")));
        }
        MatrixRun run = new MatrixRun(real ? List.of() : simulate(chosen, meant), run(pairs), seed);
        MatrixTable table = new MatrixTable(run);
        OptionalInt width =
                Screen.columnsOf(out).stream().mapToInt(IntSupplier::getAsInt).findFirst();
        (courses.isEmpty() ? table.summary(width) : table.points(width)).forEach(out::println);
        table.totals().forEach(out::println);
        reports.write(run, facts(run));
        return run.broken().isEmpty() ? 0 : FAILED;
    }

    private List<CellResult> simulate(List<Course> chosen, Predicate<Cell> meant) {
        List<Long> each = LongStream.range(seed, seed + seeds).boxed().toList();
        List<Cell> cells = Matrix.cells(chosen, each, meant);
        try (RunProgress progress = progress("simulated cells", cells.size())) {
            return Matrix.simulate(cells, result -> progress.done(result.broken().isPresent()));
        }
    }

    private List<CellResult> run(List<Cell> cells) throws IOException, InterruptedException {
        try (RunProgress progress = progress("real cells", cells.size())) {
            return Matrix.run(
                    cells,
                    pairs(),
                    result -> {
                        progress.say(CellText.line(result));
                        progress.done(result.broken().isPresent());
                    });
        }
    }

    private RunProgress progress(String parts, int total) {
        RunProgress begun = new RunProgress(err, columns, parts, total, System::nanoTime);
        current = Optional.of(begun);
        return begun;
    }

    @Override
    protected String reached() {
        return current.map(progress -> progress.ended() + "; nothing was written").orElse("");
    }

    private Map<String, String> facts(MatrixRun run) {
        List<String> arguments = spec.commandLine().getParseResult().originalArgs();
        Map<String, String> facts = RunFacts.of("matrix", arguments);
        facts.put(
                "Profile",
                run.both().stream()
                        .map(result -> result.cell().course().profile().text())
                        .distinct()
                        .collect(Collectors.joining(", ")));
        if (!real) {
            facts.put(
                    "Seed", seeds == 1 ? Long.toString(seed) : seed + " to " + (seed + seeds - 1));
        }
        return facts;
    }

    /**
     * The number of pairs at a time: for most of a cell's time a daemon starts, which keeps a
     * processor busy.
     */
    static int pairs() {
        return Math.max(1, Runtime.getRuntime().availableProcessors());
    }
}
