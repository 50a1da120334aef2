package io.vmferry.lab.bench;

import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Nodes;
import io.vmferry.lab.process.Qemu;
import io.vmferry.lab.process.QmpClient;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Precopy of random content over a pipe that both daemons inherit, against TCP in turn. */
final class PipeThroughput {

    private static final double MARK = 0.8;
    private static final String ADDRESS = "fd:7";

    private final BenchContext context;
    private final long bytes;
    private final List<Double> pipes = new ArrayList<>();
    private final List<Double> sockets = new ArrayList<>();

    private PipeThroughput(BenchContext context) {
        this.context = context;
        this.bytes = context.scaled(2 * BenchContext.GIB);
    }

    static List<Figure> measure(BenchContext context) throws Exception {
        PipeThroughput throughput = new PipeThroughput(context);
        for (int run = 0; run < context.runs(); run++) {
            throughput.round();
        }
        return throughput.figures();
    }

    private String workload() {
        return "idle,zero=0,compressible=0,boot=" + bytes;
    }

    private void round() throws Exception {
        try (MeasuredPair pair = MeasuredPair.ours(context, bytes, workload())) {
            sockets.add(pair.migrate().mebibytesPerSecond());
        }
        pipes.add(overPipe());
        context.say("pipe %.0f, TCP %.0f MiB/s".formatted(pipes.getLast(), sockets.getLast()));
    }

    private double overPipe() throws Exception {
        Path folder = context.folder();
        Path fifo = folder.resolve("pipe");
        int made = new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor();
        if (made != 0) {
            throw new IOException("mkfifo has ended with " + made);
        }
        Path monitor = Qemu.monitor(folder, "source");
        try (ChildProcess destination =
                start(folder, "destination", "<", "dest-node", "--incoming", ADDRESS)) {
            try (ChildProcess source = opened(folder, fifo, destination, monitor);
                    QmpClient client = QmpClient.connect(source, monitor)) {
                client.awaitMigration("completed");
                return MeasuredPair.Report.of(client.execute("query-migrate")).mebibytesPerSecond();
            }
        }
    }

    /** Starts the source, and keeps the pipe open until it has: the destination sees its end. */
    private ChildProcess opened(Path folder, Path fifo, ChildProcess destination, Path monitor)
            throws Exception {
        try (OutputStream _ = Files.newOutputStream(fifo)) {
            destination.awaitLine(Pattern.compile("listening on .*"));
            ChildProcess source =
                    start(
                            folder,
                            "source",
                            ">",
                            "source-node",
                            "--capability",
                            "events",
                            "--parameter",
                            "max-bandwidth=0",
                            "--workload",
                            workload(),
                            "--migrate",
                            ADDRESS,
                            "--qmp",
                            "unix:" + monitor);
            source.awaitFile(monitor);
            return source;
        }
    }

    /** Starts a daemon that inherits one end of the pipe, which a shell opens. */
    private ChildProcess start(
            Path folder, String name, String end, String script, String... options)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.addAll(List.of("bash", "-c", "exec 7%s\"$0\" \"$@\"".formatted(end)));
        command.add(folder.resolve("pipe").toString());
        command.add(Nodes.scripts().resolve(script).toString());
        command.addAll(List.of("--memory", Long.toString(bytes), "--memory-overcommit"));
        command.addAll(List.of(options));
        return ChildProcess.start(folder, name, command);
    }

    private List<Figure> figures() {
        Samples pipe = new Samples(pipes);
        Samples socket = new Samples(sockets);
        String how =
                "guest of %d MiB, content written by the guest, first touch at the destination;"
                                .formatted(bytes / BenchContext.MIB)
                        + " RAM size / (total-time - setup-time)";
        return List.of(
                Figure.of("pipe", "MiB/s", pipe, "over a pipe, no return path; " + how),
                Figure.of("pipe-tcp", "MiB/s", socket, "over loopback TCP, return path on; " + how),
                Figure.of(
                                "pipe-to-tcp",
                                "ratio",
                                pipe.dividedBy(socket),
                                "median of the ratios of each round; " + how)
                        .atLeast(MARK));
    }
}
