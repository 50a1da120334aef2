package io.vmferry.lab.matrix;

import io.vmferry.lab.LabProgram;
import io.vmferry.machine.fault.FaultSpec;
import io.vmferry.protocol.status.Side;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:no cell broke a rule",
            "1:a cell broke a rule, or a mutant was not caught; the printed command repeats it",
            "2:the command line was wrong"
        })
public final class MatrixProgram extends LabProgram {

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
            names = "--seed",
            paramLabel = "N",
            description = "Seed of the simulated guest and network (default: 1).")
    private long seed = 1;

    @Option(
            names = "--seeds",
            paramLabel = "COUNT",
            description = "Number of seeds for each cell, from --seed on (default: 1).")
    private int seeds = 1;

    @Option(names = "--simulated", description = "Run only simulated cells.")
    private boolean simulated;

    @Option(names = "--real", description = "Run only cells between real daemons.")
    private boolean real;

    @Option(names = "--json", paramLabel = "FILE", description = "Write all cells as JSON.")
    private @Nullable Path json;

    @Option(names = "--html", paramLabel = "FILE", description = "Write all cells as a web page.")
    private @Nullable Path html;

    @Mixin private MutantOptions mutants = new MutantOptions();

    MatrixProgram(PrintStream out, PrintStream err) {
        super(out, err);
    }

    /** Runs and exits. */
    public static void main(String[] args) {
        main(new MatrixProgram(System.out, System.err), args);
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
        requireWritable("--json", json);
        requireWritable("--html", html);
        return fault == null ? all() : one(fault);
    }

    /** Rejects a file that cannot be written before the matrix runs, not minutes later. */
    private static void requireWritable(String option, @Nullable Path file) {
        if (file == null) {
            return;
        }
        Path folder = file.toAbsolutePath().getParent();
        if (Files.isDirectory(file) || folder == null || !Files.isWritable(folder)) {
            throw new IllegalArgumentException(
                    "%s %s is not a writable file".formatted(option, file));
        }
    }

    // ---- one cell

    private int one(String planned) throws IOException, InterruptedException {
        if (courses.size() != 1 || side == null) {
            throw new IllegalArgumentException("--fault needs one --course and --at");
        }
        Course course = Course.of(courses.getFirst());
        Cell cell = new Cell(course, side(side), FaultSpec.parse(planned), seed, real);
        CellResult result =
                real ? RealCells.run(cell, RealSubset.simulated(cell)) : SimulatedCells.run(cell);
        if (!real) {
            SimulatedCells.points(cell).forEach(out::println);
        }
        out.println(MatrixTable.line(result));
        return result.broken().isPresent() ? FAILED : 0;
    }

    private static Side side(String text) {
        return switch (text) {
            case "source" -> Side.SOURCE;
            case "destination" -> Side.DESTINATION;
            default ->
                    throw new IllegalArgumentException(
                            "--at is source or destination, not '" + text + "'");
        };
    }

    // ---- many cells

    private int all() throws IOException, InterruptedException {
        Matrix matrix = new Matrix();
        if (!real) {
            matrix.simulate(
                    chosen(), LongStream.range(seed, seed + seeds).boxed().toList(), this::meant);
        }
        if (!simulated) {
            List<Cell> cells = RealSubset.cells().stream().filter(this::meant).toList();
            matrix.run(cells, pairs(), result -> err.println(MatrixTable.line(result)));
        }
        List<CellResult> simulatedCells = matrix.simulated();
        MatrixTable table = new MatrixTable(simulatedCells, matrix.real());
        (courses.isEmpty() ? table.summary() : table.points()).forEach(out::println);
        table.totals().forEach(out::println);
        if (json != null) {
            Files.writeString(json, MatrixJson.text(simulatedCells, matrix.real()));
        }
        if (html != null) {
            Files.writeString(html, MatrixHtml.text(simulatedCells, matrix.real()));
        }
        return matrix.broken().isEmpty() ? 0 : FAILED;
    }

    /**
     * The number of pairs at a time: for most of a cell's time a daemon starts, which keeps a
     * processor busy.
     */
    static int pairs() {
        return Math.max(1, Runtime.getRuntime().availableProcessors());
    }

    private List<Course> chosen() {
        return courses.isEmpty() ? Course.ALL : courses.stream().map(Course::of).toList();
    }

    private boolean meant(Cell cell) {
        return (courses.isEmpty() || courses.contains(cell.course().name()))
                && (side == null || cell.side() == side(side));
    }
}
