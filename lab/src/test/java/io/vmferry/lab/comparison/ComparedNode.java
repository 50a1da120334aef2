package io.vmferry.lab.comparison;

import com.fasterxml.jackson.databind.JsonNode;
import io.vmferry.dest.DestNode;
import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.RealQemu;
import io.vmferry.lab.qemu.RawMonitor;
import io.vmferry.machine.daemon.NodeMain;
import io.vmferry.machine.daemon.Screen;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.status.Side;
import io.vmferry.source.SourceNode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A node with a monitor: a real QEMU in a process of its own or one of our daemons in this one,
 * which starts hundreds of them.
 */
final class ComparedNode implements AutoCloseable {

    /** Small, and yet some minutes long at the slow bandwidth of the dialogues. */
    static final int MEBIBYTES = 4;

    private final CompletableFuture<Integer> exit;
    private final Runnable end;
    private final RawMonitor monitor;

    private ComparedNode(CompletableFuture<Integer> exit, Runnable end, RawMonitor monitor) {
        this.exit = exit;
        this.end = end;
        this.monitor = monitor;
    }

    static ComparedNode ofQemu(
            RealQemu qemu, Path here, Side side, Set<String> options, Optional<Path> image)
            throws Exception {
        List<String> arguments = new ArrayList<>(List.of("-name", "guest"));
        if (side == Side.DESTINATION) {
            arguments.addAll(List.of("-incoming", "defer"));
        }
        if (options.contains("paused")) {
            arguments.add("-S");
        }
        Path socket = here.resolve("qmp");
        ChildProcess process =
                qemu.start(here, MEBIBYTES, socket, image, arguments.toArray(String[]::new));
        CompletableFuture<Integer> exit = process.process().onExit().thenApply(Process::exitValue);
        try {
            return new ComparedNode(exit, process::kill, connect(socket, here, exit));
        } catch (Exception | AssertionError e) {
            process.kill();
            throw e;
        }
    }

    static ComparedNode ofOurs(
            Profile profile, Path here, Side side, Set<String> options, Optional<Path> image)
            throws Exception {
        Path socket = here.resolve("qmp");
        List<String> arguments =
                new ArrayList<>(List.of("--as-qemu", "--machine", "none", "--name", "guest"));
        arguments.addAll(List.of("--profile", profile.text(), "--memory", MEBIBYTES + "M"));
        arguments.addAll(List.of("--qmp", "unix:" + socket));
        image.ifPresent(file -> arguments.addAll(List.of("--memory-image", file.toString())));
        if (options.contains("paused")) {
            arguments.add("--paused");
        }
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true);
        Screen screen = Screen.plain(nowhere, nowhere);
        NodeMain.Program program;
        if (side == Side.SOURCE) {
            program = new SourceNode(screen);
            arguments.addAll(List.of("--return-path", "inline"));
        } else {
            program = new DestNode(screen);
            arguments.addAll(List.of("--incoming", "defer"));
        }
        CompletableFuture<Integer> exit = new CompletableFuture<>();
        Thread.ofPlatform()
                .daemon()
                .name("node")
                .start(() ->
                        exit.complete(
                                NodeMain.run(
                                        program,
                                        nowhere,
                                        nowhere,
                                        arguments.toArray(String[]::new))));
        RawMonitor monitor = connect(socket, here, exit);
        return new ComparedNode(exit, () -> quit(monitor, exit), monitor);
    }

    /** Connects as soon as the node listens, and negotiates. */
    private static RawMonitor connect(Path socket, Path here, CompletableFuture<Integer> exit)
            throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(RawMonitor.PATIENCE_SECONDS);
        while (true) {
            try {
                RawMonitor monitor = RawMonitor.open(socket, here);
                monitor.next();
                monitor.ask(
                        "{\"execute\":\"qmp_capabilities\",\"arguments\":{\"enable\":[\"oob\"]}}");
                return monitor;
            } catch (IOException e) {
                if (System.nanoTime() > end || endsWithin(exit, 5)) {
                    throw new IllegalStateException("No monitor at " + socket, e);
                }
            }
        }
    }

    private static void quit(RawMonitor monitor, CompletableFuture<Integer> exit) {
        try {
            if (!exit.isDone()) {
                monitor.ask("{\"execute\":\"quit\"}");
                exit.get(RawMonitor.PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
        } catch (Exception e) {
            throw new IllegalStateException("The daemon does not end", e);
        }
    }

    /** Sends a line; if the node has ended, the reply says so. */
    JsonNode ask(String line) throws Exception {
        return monitor.ask(line);
    }

    List<JsonNode> events() {
        return monitor.eventMessages();
    }

    /** The exit code of a node that has ended; 128 more than the signal that it died of. */
    int exitCode() {
        return exit.join();
    }

    /** Whether the node has ended within a time. */
    boolean endsWithin(long millis) throws Exception {
        return endsWithin(exit, millis);
    }

    private static boolean endsWithin(CompletableFuture<Integer> exit, long millis)
            throws Exception {
        try {
            exit.get(millis, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        end.run();
        monitor.close();
    }
}
