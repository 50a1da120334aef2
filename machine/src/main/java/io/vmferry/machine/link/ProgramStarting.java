package io.vmferry.machine.link;

import io.vmferry.machine.link.NettyTransport.LinkContext;
import io.vmferry.machine.net.SocketFamily;
import java.io.IOException;
import java.util.function.Consumer;

/** Starts a program whose standard input and output become a link, for either side. */
final class ProgramStarting extends PendingOperation {

    private final MigrationAddress.Exec address;
    private final boolean incoming;
    private final Consumer<Link> started;

    /**
     * @param incoming whether the stream comes from the program
     * @param failed gets one line
     */
    ProgramStarting(
            LinkContext context,
            MigrationAddress.Exec address,
            boolean incoming,
            Consumer<Link> started,
            Consumer<IOException> failed) {
        super(context, failed);
        this.address = address;
        this.incoming = incoming;
        this.started = started;
    }

    /** Begins. Callable from any thread. */
    void start() {
        inLoop(() -> {
            if (over()) {
                return;
            }
            if (context.loop().family() == SocketFamily.NIO) {
                fail(new IOException("pipes need epoll, which cannot be loaded here"));
                return;
            }
            startDeadline();
            context.blocking()
                    .ask(() -> ChildProgram.start(context, address), this::opened, this::fail);
        });
    }

    private void opened(ChildProgram program) {
        if (over()) {
            program.discard();
            return;
        }
        try {
            Link link = program.link(incoming);
            succeed();
            started.accept(link);
        } catch (IOException e) {
            fail(e);
        }
    }

    @Override
    IOException worded(Throwable cause) {
        return LinkFailure.connecting(address, cause);
    }
}
