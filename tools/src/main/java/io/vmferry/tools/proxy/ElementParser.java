package io.vmferry.tools.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmferry.protocol.Worded;
import io.vmferry.protocol.stream.Element;
import io.vmferry.protocol.stream.StreamException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Passes what a reader has read, cut at the ends of elements, and the rest unread. */
abstract class ElementParser implements Parser {

    private final List<Passing> found = new ArrayList<>();

    /** Not passed yet; all of it ours, so that bytes can be added after it. */
    private ByteBuf kept = Unpooled.EMPTY_BUFFER;

    /** Of those kept, what the reader has consumed. */
    private int readBytes;

    private long passedBytes;
    private boolean unread;

    /** Reads the elements that are complete. */
    abstract void read(ByteBuf in) throws StreamException;

    /** Whether what was read may pass although its element is not complete. */
    abstract boolean passesPieces();

    /** Lets an element pass, or what is left of it. Takes ownership of the bytes. */
    abstract void pass(Passing passing, ByteBuf bytes, Outlet out);

    /** For the listener of the reader: an element with a name. */
    final void see(Element at, PlaceName name, String argument) {
        found.add(new Passing(name, argument, at));
    }

    @Override
    public final void take(ByteBuf bytes, Outlet out) {
        if (unread) {
            out.pass(bytes.readRetainedSlice(bytes.readableBytes()));
            return;
        }
        boolean added = kept.isReadable();
        ByteBuf all =
                added ? kept.writeBytes(bytes) : bytes.readRetainedSlice(bytes.readableBytes());
        Optional<StreamException> refusal = readOn(all);
        int before = all.readerIndex();
        passFound(all, out);
        if (refusal.isPresent()) {
            unread = true;
            kept = Unpooled.EMPTY_BUFFER;
            out.unread(Worded.of(refusal.get()));
            out.pass(all);
        } else {
            if (passesPieces() && readBytes > 0) {
                out.pass(passing(all, readBytes));
            }
            keep(all, added && all.readerIndex() == before);
        }
    }

    private Optional<StreamException> readOn(ByteBuf all) {
        ByteBuf in = all.duplicate().skipBytes(readBytes);
        try {
            read(in);
            return Optional.empty();
        } catch (StreamException refusal) {
            return Optional.of(refusal);
        } finally {
            readBytes = in.readerIndex() - all.readerIndex();
        }
    }

    private void passFound(ByteBuf all, Outlet out) {
        for (Passing element : found) {
            int bytes = Math.toIntExact(element.at().end() - passedBytes);
            pass(element, passing(all, bytes), out);
        }
        found.clear();
    }

    private ByteBuf passing(ByteBuf all, int bytes) {
        passedBytes += bytes;
        readBytes -= bytes;
        return all.readRetainedSlice(bytes);
    }

    /** What has passed in part is still somebody's: nothing may be added after it. */
    private void keep(ByteBuf all, boolean keptAlready) {
        if (keptAlready) {
            return;
        }
        kept =
                all.isReadable()
                        ? Unpooled.buffer(all.readableBytes()).writeBytes(all)
                        : Unpooled.EMPTY_BUFFER;
        all.release();
    }

    @Override
    public final void end(Outlet out) {
        out.pass(kept);
        kept = Unpooled.EMPTY_BUFFER;
    }
}
