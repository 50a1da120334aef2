package io.vmferry.machine.link;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.descriptor.Descriptor;
import io.vmferry.machine.link.NettyTransport.LinkContext;
import java.io.IOException;
import java.util.Optional;

/**
 * A link over the ends of pipes: input comes from one, output goes to another, and either may be
 * missing. Confined to the loop.
 */
final class PipedLink implements Link {

    private final LinkContext context;
    private final String peer;
    private final LinkInput input;
    private final Optional<PipeReader> reader;
    private final Optional<PipeWriter> writer;
    private final boolean outputNeeded;
    private final PipeOwner owner;
    private boolean closing;
    private boolean closed;

    /** Whoever is at the other ends, and is told when they have been closed on our side. */
    interface PipeOwner {

        /** Nobody who has to know. */
        PipeOwner NONE = _ -> {};

        /**
         * The link has been closed.
         *
         * @param orderly whether all output had left
         */
        void closed(boolean orderly);
    }

    /**
     * What a link is made of. The descriptors are the link's to close.
     *
     * @param outputNeeded whether output that has nowhere to go is a failure; else it is dropped,
     *     and input goes on
     */
    record Ends(Optional<Descriptor> reading, Optional<Descriptor> writing, boolean outputNeeded) {}

    private PipedLink(LinkContext context, String peer, Ends ends, PipeOwner owner) {
        this.context = context;
        this.peer = peer;
        this.owner = owner;
        this.outputNeeded = ends.outputNeeded();
        this.input = new LinkInput(context.loop(), () -> {});
        this.reader = ends.reading().map(end -> new PipeReader(end, context, input));
        this.writer =
                ends.writing()
                        .map(end ->
                                new PipeWriter(
                                        end,
                                        context.loop(),
                                        this::tellWritable,
                                        this::outputFailed));
    }

    /**
     * Makes a link of pipes. On the loop.
     *
     * @throws IOException if they cannot be used; they are closed then
     */
    static PipedLink open(LinkContext context, String peer, Ends ends, PipeOwner owner)
            throws IOException {
        PipedLink link = new PipedLink(context, peer, ends, owner);
        try {
            if (link.reader.isPresent()) {
                link.reader.get().register();
            }
            if (link.writer.isPresent()) {
                link.writer.get().register();
            }
        } catch (IOException e) {
            link.abort();
            throw e;
        }
        return link;
    }

    /**
     * A socket in place of the pipes, which must not have been used.
     *
     * @throws IOException if there is none; the pipes are closed then
     */
    SecurableLink socket() throws IOException {
        return ProgramSocket.over(this, context);
    }

    @Override
    public void attach(LinkListener listener) {
        input.attach(listener);
        reader.ifPresent(PipeReader::readSoon);
    }

    @Override
    public boolean writable() {
        return !closing && writer.map(this::takesMore).orElse(true);
    }

    private boolean takesMore(PipeWriter end) {
        return end.hasRoom() || (end.isBroken() && !outputNeeded);
    }

    @Override
    public void write(ByteBuf bytes) {
        if (closing || writer.isEmpty()) {
            bytes.release();
            if (!closing && outputNeeded) {
                failed(new IOException(LinkFailure.BAD_DESCRIPTOR));
            }
            return;
        }
        writer.get().write(bytes);
    }

    @Override
    public void flush() {
        writer.ifPresent(PipeWriter::flush);
    }

    @Override
    public void whenDrained(Runnable action) {
        Runnable later =
                () ->
                        context.loop()
                                .execute(() -> {
                                    if (!closing) {
                                        action.run();
                                    }
                                });
        writer.ifPresentOrElse(end -> end.afterOutput(later), later);
    }

    @Override
    public void reading(boolean on) {
        input.reading(on);
        if (on) {
            reader.ifPresent(PipeReader::readSoon);
        }
    }

    @Override
    public boolean oneWay() {
        return reader.isEmpty() || writer.isEmpty();
    }

    @Override
    public boolean endsSeparately() {
        return !oneWay();
    }

    @Override
    public void close() {
        if (closing) {
            return;
        }
        closing = true;
        input.mute();
        if (writer.isEmpty()) {
            closeEnds(true);
            return;
        }
        if (writer.get().isBroken()) {
            closeEnds(false);
            return;
        }
        writer.get().afterOutput(() -> closeEnds(true));
        abortUnlessTaken(writer.get().pendingBytes());
    }

    /** Limits the wait for a peer that does not read any more. */
    private void abortUnlessTaken(long beforeBytes) {
        context.loop()
                .schedule(
                        context.operationLimitNanos(),
                        () -> {
                            PipeWriter end = writer.orElseThrow();
                            if (end.isClosed()) {
                                return;
                            }
                            if (end.pendingBytes() < beforeBytes) {
                                abortUnlessTaken(end.pendingBytes());
                            } else {
                                closeEnds(false);
                            }
                        });
    }

    @Override
    public void abort() {
        closing = true;
        input.mute();
        closeEnds(false);
    }

    private void closeEnds(boolean orderly) {
        if (!closed) {
            closed = true;
            writer.ifPresent(PipedLink::closeEnd);
            reader.ifPresent(PipedLink::closeEnd);
            owner.closed(orderly);
        }
    }

    private static void closeEnd(PipeEnd end) {
        try {
            end.close();
        } catch (IOException e) {
            // Linux has closed the descriptor
        }
    }

    @Override
    public String peer() {
        return peer;
    }

    @Override
    public String toString() {
        return peer;
    }

    private void tellWritable() {
        LinkListener listener = input.listener();
        if (listener != null && writable()) {
            listener.writable();
        }
    }

    private void outputFailed(IOException e) {
        if (closing) {
            // what was still to leave never will
            closeEnds(false);
        } else if (outputNeeded) {
            failed(e);
        } else {
            context.loop().execute(this::tellWritable);
        }
    }

    /** Closes the link and reports its end, once the owner has it. */
    void failed(IOException e) {
        context.loop()
                .execute(() -> {
                    closeEnds(false);
                    input.failed(e);
                });
    }
}
