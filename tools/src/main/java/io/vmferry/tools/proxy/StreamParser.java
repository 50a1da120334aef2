package io.vmferry.tools.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmferry.protocol.ram.RamReader;
import io.vmferry.protocol.stream.Command;
import io.vmferry.protocol.stream.Configuration;
import io.vmferry.protocol.stream.Element;
import io.vmferry.protocol.stream.PayloadReader;
import io.vmferry.protocol.stream.SectionHeader;
import io.vmferry.protocol.stream.SectionType;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import io.vmferry.protocol.stream.StreamListener;
import io.vmferry.protocol.stream.StreamReader;
import io.vmferry.protocol.stream.StreamRules;
import java.util.Map;
import java.util.Optional;

/** Follows a migration stream as far as the wire tells how long its elements are. */
final class StreamParser implements Parser, StreamListener {

    /** States whose length is the same in all versions. */
    private static final Map<String, Integer> KNOWN_STATES =
            Map.of("timer", 24, "globalstate", 104);

    private final StreamKnowledge known;
    private final StreamReader reader;
    private final RamReader ram;
    private ByteBuf kept = Unpooled.EMPTY_BUFFER;
    private Optional<Passing> seen = Optional.empty();
    private boolean unread;

    private StreamParser(StreamKnowledge known, boolean recovers) {
        this.known = known;
        StreamRules rules = StreamRules.defaults();
        this.reader =
                recovers ? StreamReader.recovery(this, rules) : StreamReader.migration(this, rules);
        this.ram = known.reader();
    }

    /** Of the first connection of a migration. */
    static StreamParser first(StreamKnowledge known) {
        known.clear();
        return new StreamParser(known, false);
    }

    /** Of the main connection of a recovery. */
    static StreamParser recovery(StreamKnowledge known) {
        return new StreamParser(known, true);
    }

    @Override
    public void take(ByteBuf bytes, Outlet out) {
        ByteBuf all = Unpooled.wrappedBuffer(kept, bytes.readRetainedSlice(bytes.readableBytes()));
        kept = Unpooled.EMPTY_BUFFER;
        boolean more = true;
        while (more && !unread) {
            more = advance(all, out);
        }
        if (unread) {
            out.pass(all);
        } else {
            kept = all.isReadable() ? all.copy() : Unpooled.EMPTY_BUFFER;
            all.release();
        }
    }

    /** Reads up to the next element that has a name; true when there was one. */
    private boolean advance(ByteBuf all, Outlet out) {
        int from = all.readerIndex();
        try {
            reader.read(all);
        } catch (StreamException e) {
            all.readerIndex(from);
            unread = true;
            // the section whose state cannot be followed was still recognised
            seen.ifPresent(out::passed);
            out.unread(e.getMessage());
            return false;
        }
        if (all.readerIndex() > from) {
            out.pass(all.retainedSlice(from, all.readerIndex() - from));
        }
        Optional<Passing> found = seen;
        seen = Optional.empty();
        found.ifPresent(out::passed);
        reader.resume();
        return found.isPresent();
    }

    @Override
    public void end(Outlet out) {
        out.pass(kept);
        kept = Unpooled.EMPTY_BUFFER;
    }

    private void see(PlaceName name, String argument) {
        seen = Optional.of(new Passing(name, argument));
        reader.pause();
    }

    @Override
    public void fileHeader(Element at) {
        see(PlaceName.HEADER, "");
    }

    @Override
    public void configuration(Element at, Configuration configuration) {
        see(PlaceName.CONFIGURATION, "");
    }

    @Override
    public PayloadReader section(Element head, SectionHeader header) throws StreamException {
        see(PlaceName.SECTION, header.idstr());
        if (header.idstr().equals("ram")) {
            known.ramSection(header.sectionId());
            return ram;
        }
        Integer bytes = KNOWN_STATES.get(header.idstr());
        if (bytes == null) {
            throw StreamException.of(
                    StreamError.UNKNOWN_SECTION,
                    "Nothing tells how long the state of %s is".formatted(header.idstr()));
        }
        return PayloadReader.skipping(bytes);
    }

    @Override
    public PayloadReader part(Element head, SectionType type, int sectionId)
            throws StreamException {
        if (!known.isRam(sectionId)) {
            throw StreamException.of(
                    StreamError.UNKNOWN_SECTION,
                    "Nothing tells how long section %d is".formatted(sectionId));
        }
        return ram;
    }

    @Override
    public void sectionEnd(Element at, SectionType type, int sectionId) {
        // told by its beginning
    }

    @Override
    public void command(Element at, Command command) {
        see(PlaceName.COMMAND, command.type().name());
    }

    @Override
    public void packaged(Element at, ByteBuf blob) {
        see(PlaceName.PACKAGE, "");
        blob.release();
        ram.enterPostcopy();
        known.enterPostcopy();
        reader.enterPostcopy();
    }

    @Override
    public void endOfStream(Element at) {
        see(PlaceName.EOF, "");
    }

    @Override
    public void vmDescription(Element at, ByteBuf json) {
        // passes
    }
}
