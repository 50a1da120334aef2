package io.vmferry.machine.link;

import io.netty.channel.unix.FileDescriptor;
import io.vmferry.machine.descriptor.Descriptor;
import io.vmferry.machine.link.NettyTransport.LinkContext;
import io.vmferry.machine.net.SocketFailure;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A program that has been started with pipes for its standard input and output. What it says on its
 * standard error goes to ours. After the link has been closed it gets time to end by itself, then
 * SIGTERM, then SIGKILL, as does all that it has started itself by then.
 */
final class ChildProgram {

    private static final Logger LOG = LoggerFactory.getLogger(ChildProgram.class);

    /** Time between the two signals. */
    static final long KILL_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Exit codes of what SIGTERM and SIGKILL have ended. */
    private static final int TERMINATED = 128 + 15;

    private static final int KILLED = 128 + 9;

    /** How Java reports a program that cannot be executed. */
    private static final Pattern ERRNO = Pattern.compile("error[:=] ?\\d+,? \\(?([^()]*)");

    private final LinkContext context;
    private final MigrationAddress.Exec address;
    private final Process process;
    private final Descriptor fromProgram;
    private final Descriptor toProgram;

    /** What has been sent a signal: the program and what it had started. */
    private final Set<ProcessHandle> signalled = ConcurrentHashMap.newKeySet();

    /** Whether its link has been closed and it has been given all output. */
    private volatile boolean fed;

    private ChildProgram(
            LinkContext context,
            MigrationAddress.Exec address,
            Process process,
            Descriptor fromProgram,
            Descriptor toProgram) {
        this.context = context;
        this.address = address;
        this.process = process;
        this.fromProgram = fromProgram;
        this.toProgram = toProgram;
    }

    /** One pipe; both of its ends do not block, and no executed program inherits them. */
    private record Pipe(Descriptor reading, Descriptor writing) implements AutoCloseable {

        static Pipe open() throws IOException {
            FileDescriptor[] ends = FileDescriptor.pipe();
            Pipe pipe =
                    new Pipe(
                            Descriptor.own(ends[0].intValue()), Descriptor.own(ends[1].intValue()));
            pipe.writing.growPipe();
            return pipe;
        }

        @Override
        public void close() {
            reading.close();
            writing.close();
        }
    }

    /**
     * Starts a program. May block.
     *
     * @throws SocketFailure in QEMU's words
     */
    static ChildProgram start(LinkContext context, MigrationAddress.Exec address)
            throws SocketFailure {
        try (Pipe input = Pipe.open();
                Pipe output = Pipe.open()) {
            Process process =
                    new ProcessBuilder(command(address.arguments()))
                            .redirectInput(Redirect.from(file(input.reading())))
                            .redirectOutput(Redirect.appendTo(file(output.writing())))
                            .redirectError(Redirect.INHERIT)
                            .start();
            ChildProgram program =
                    new ChildProgram(
                            context,
                            address,
                            process,
                            Descriptor.own(output.reading().release()),
                            Descriptor.own(input.writing().release()));
            context.programs().started(program);
            var _ = process.onExit().thenAccept(program::ended);
            return program;
        } catch (IOException e) {
            SocketFailure failure =
                    new SocketFailure(
                            "Failed to execute child process \u201c%s\u201d (%s)"
                                    .formatted(address.arguments().getFirst(), reason(e)));
            failure.initCause(e);
            throw failure;
        }
    }

    /** QEMU does not search the program's path for it. */
    private static List<String> command(List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(arguments);
        String program = command.getFirst();
        if (program.isEmpty()) {
            throw new IOException("No such file or directory");
        }
        if (!program.contains("/")) {
            command.set(0, "./" + program);
        }
        return command;
    }

    /** Opened anew by this name it blocks, as programs expect of their input and output. */
    private static File file(Descriptor descriptor) {
        return new File("/proc/self/fd/" + descriptor.number());
    }

    private static String reason(IOException e) {
        Matcher matcher = ERRNO.matcher(String.valueOf(e.getMessage()));
        return matcher.find() ? matcher.group(1) : String.valueOf(e.getMessage());
    }

    /**
     * The link to the program. On the loop.
     *
     * @param incoming whether the stream comes from it: what it does not read then is no failure
     */
    Link link(boolean incoming) throws IOException {
        return PipedLink.open(
                context,
                address.toString(),
                new PipedLink.Ends(Optional.of(fromProgram), Optional.of(toProgram), !incoming),
                this::linkClosed);
    }

    /** Ends a program whose link nobody wants any more. */
    void discard() {
        fromProgram.close();
        toProgram.close();
        linkClosed(false);
    }

    private void ended(Process ended) {
        boolean asked = !signalled.isEmpty();
        if (!asked) {
            context.programs().ended(this);
        }
        int code = ended.exitValue();
        // one that was asked to end as it failed has not ended by that signal
        if (code != 0 && !(asked && (code == TERMINATED || code == KILLED))) {
            LOG.warn("{}: the program has ended with exit code {}", address, code);
        }
    }

    private void linkClosed(boolean orderly) {
        fed = orderly;
        if (orderly) {
            context.loop().schedule(context.operationLimitNanos(), this::terminate);
        } else {
            terminate();
        }
    }

    private void terminate() {
        // the processes are looked up in files
        context.blocking().run(this::requestEnd, _ -> process.destroy());
        context.loop()
                .schedule(
                        KILL_NANOS,
                        () -> context.blocking().run(this::kill, _ -> process.destroyForcibly()));
    }

    /** Whether it has only to process the rest of its stream. */
    boolean fed() {
        return fed;
    }

    /** Sends SIGTERM, unless the program has ended by itself. May block. */
    void requestEnd() {
        if (process.isAlive()) {
            signalled.add(process.toHandle());
            signalled.addAll(process.descendants().toList());
            signalled.forEach(ProcessHandle::destroy);
        }
    }

    /** Sends SIGKILL to what has been asked to end and has not. May block. */
    void kill() {
        if (!signalled.isEmpty()) {
            signalled.addAll(process.descendants().toList());
            signalled.forEach(ProcessHandle::destroyForcibly);
            context.programs().ended(this);
        }
    }

    /** Waits until it has ended, and what has been asked to end with it; false if that is late. */
    boolean endsBefore(long nanoTime) throws InterruptedException {
        try {
            process.onExit().get(nanoTime - System.nanoTime(), TimeUnit.NANOSECONDS);
            for (ProcessHandle asked : signalled) {
                asked.onExit().get(nanoTime - System.nanoTime(), TimeUnit.NANOSECONDS);
            }
            return true;
        } catch (TimeoutException late) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }
}
