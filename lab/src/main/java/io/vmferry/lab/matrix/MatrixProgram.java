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
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code scripts/matrix}: every protocol point with every fault, and who has the guest then. */
@Command(
        name = "matrix",
        sortOptions = false,
        description = {
            "Runs every protocol point of typical migrations with every fault, on either side, in the"
                    + " simulator, and some of these cells between real daemons. Says how each"
                    + " ended; fails if one has broken a rule: two running guests, a lost write"
                    + " while an owner survives, no rest, a state beside the tables, a page placed"
                    + " twice, memory without bound."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:no cell broke a rule",
            "1:some cell did, or a mutant was not caught; its command repeats it",
            "2:the command line is wrong"
        })
public final class MatrixProgram extends LabProgram {

    @Option(
            names = "--course",
            paramLabel = "NAME",
            description = "Only this course; repeatable. Shows a line for each point.")
    private List<String> courses = List.of();

    @Option(names = "--at", paramLabel = "source|destination", description = "Only this side.")
    private String side;

    @Option(
            names = "--fault",
            paramLabel = "WHERE:WHAT",
            description = "Only this fault, with --course and --at; shows every protocol point.")
    private String fault;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Decides guest and network of the simulation (default: 1).")
    private long seed = 1;

    @Option(
            names = "--seeds",
            paramLabel = "COUNT",
            description = "Simulate each cell with so many seeds, from --seed on (default: 1).")
    private int seeds = 1;

    @Option(names = "--simulated", description = "Only simulate.")
    private boolean simulated;

    @Option(names = "--real", description = "Only run cells between real daemons.")
    private boolean real;

    @Option(names = "--json", paramLabel = "FILE", description = "Write all cells as JSON.")
    private Path json;

    @Option(names = "--html", paramLabel = "FILE", description = "Write all cells as a web page.")
    private Path html;

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
        return fault == null ? all() : one();
    }

    /** Minutes later would be too late to say so. */
    private static void requireWritable(String option, Path file) {
        if (file == null) {
            return;
        }
        Path folder = file.toAbsolutePath().getParent();
        if (Files.isDirectory(file) || folder == null || !Files.isWritable(folder)) {
            throw new IllegalArgumentException(
                    "%s %s is no file that can be written".formatted(option, file));
        }
    }

    // ---- one cell

    private int one() throws IOException, InterruptedException {
        if (courses.size() != 1 || side == null) {
            throw new IllegalArgumentException("--fault needs one --course and --at");
        }
        Course course = Course.of(courses.getFirst());
        Cell cell = new Cell(course, side(), FaultSpec.parse(fault), seed, real);
        CellResult result =
                real ? RealCells.run(cell, RealSubset.simulated(cell)) : SimulatedCells.run(cell);
        if (!real) {
            SimulatedCells.points(cell).forEach(out::println);
        }
        out.println(MatrixTable.line(result));
        return result.broken().isPresent() ? FAILED : 0;
    }

    private Side side() {
        return switch (side) {
            case "source" -> Side.SOURCE;
            case "destination" -> Side.DESTINATION;
            default ->
                    throw new IllegalArgumentException(
                            "--at is source or destination, not '" + side + "'");
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

    /** Most of a cell's time one of its daemons starts, which takes a processor. */
    static int pairs() {
        return Math.max(1, Runtime.getRuntime().availableProcessors());
    }

    private List<Course> chosen() {
        return courses.isEmpty() ? Course.ALL : courses.stream().map(Course::of).toList();
    }

    private boolean meant(Cell cell) {
        return (courses.isEmpty() || courses.contains(cell.course().name()))
                && (side == null || cell.side() == side());
    }
}
