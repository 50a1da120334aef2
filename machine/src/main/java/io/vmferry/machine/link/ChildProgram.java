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
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A program that has been started with pipes for its standard input and output. What it says on its
 * standard error goes to ours. After the link has been closed it gets time to end by itself, then
 * SIGTERM, then SIGKILL; nobody waits for it.
 */
final class ChildProgram {

    private static final Logger LOG = LoggerFactory.getLogger(ChildProgram.class);

    /** Time between the two signals. */
    private static final long KILL_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** How Java reports a program that cannot be executed. */
    private static final Pattern ERRNO = Pattern.compile("error[:=] ?\\d+,? \\(?([^()]*)");

    private final LinkContext context;
    private final MigrationAddress.Exec address;
    private final Process process;
    private final Descriptor fromProgram;
    private final Descriptor toProgram;

    /** Whether its exit code is our doing. */
    private volatile boolean signalled;

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
            return new ChildProgram(
                    context,
                    address,
                    process,
                    Descriptor.own(output.reading().release()),
                    Descriptor.own(input.writing().release()));
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
        context.programs().closed(this);
        if (ended.exitValue() != 0 && !signalled) {
            LOG.warn("{}: the program has ended with exit code {}", address, ended.exitValue());
        }
    }

    private void linkClosed(boolean orderly) {
        context.programs().closed(this);
        if (orderly) {
            context.loop().schedule(context.operationLimitNanos(), this::terminate);
        } else {
            terminate();
        }
    }

    /** Sends it SIGTERM. Callable from any thread. */
    void requestEnd() {
        signalled = true;
        process.destroy();
    }

    private void terminate() {
        if (process.isAlive()) {
            requestEnd();
            context.loop().schedule(KILL_NANOS, process::destroyForcibly);
        }
    }
}
