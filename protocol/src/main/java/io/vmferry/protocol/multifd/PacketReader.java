package io.vmferry.protocol.multifd;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmferry.protocol.multifd.PacketSink.PacketBlock;
import io.vmferry.protocol.ram.RamFlags;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the packets of one channel, behind its initial packet. Plain pages are handed over as they
 * come; a compressed payload is unpacked when it is there as a whole. Belongs to one thread.
 */
public final class PacketReader {

    private enum PacketPart {
        HEADER,
        PLAIN,
        ROOM,
        PACKED,
        UNPACKING,
        UNPACKED,
        END
    }

    /** So many pages that follow each other are worth reads of their own. */
    private static final int LEAST_PAGES = 16;

    private static final String IN_PACKET = "A packet with pages names its block";

    private final PacketSink sink;
    private final Unpacking unpacking;
    private final PacketHeader header;
    private final long[] offsets = new long[PacketFormat.MAX_PAGES];
    private final HeaderRoom headerRoom = new HeaderRoom();
    private PacketPart part = PacketPart.HEADER;
    private boolean synchronisedOnce;
    private @Nullable PacketBlock block;

    /** The pages that are being taken: the first of them, their number, and what has come. */
    private int runPage;

    private int runPages;
    private int runBytes;

    /**
     * @param unpacking of this channel's payloads
     * @param zeroPagesListed whether packets may list zero pages
     */
    public PacketReader(PacketSink sink, Unpacking unpacking, boolean zeroPagesListed) {
        this.sink = sink;
        this.unpacking = unpacking;
        this.header = new PacketHeader(Unpooled.buffer(PacketFormat.HEADER_BYTES), zeroPagesListed);
    }

    /** Whether the channel may end here: no packet has begun. */
    public boolean betweenPackets() {
        return part == PacketPart.HEADER;
    }

    /** Whether it stops for a payload that is being unpacked, or that there is no memory for. */
    public boolean stopped() {
        return part == PacketPart.UNPACKING || part == PacketPart.ROOM;
    }

    /**
     * Consumes what it can, up to the end of the packet with which the sink holds it, or to a
     * payload that is being unpacked.
     *
     * @param in borrowed; what is left is to be presented again
     */
    public void read(ByteBuf in) throws StreamException {
        boolean advanced = true;
        while (advanced && !sink.held()) {
            advanced =
                    switch (part) {
                        case HEADER -> header(in);
                        case PLAIN -> plain(in);
                        case ROOM -> room();
                        case PACKED -> packed(in);
                        case UNPACKING -> unpacked();
                        case UNPACKED -> place();
                        case END -> end();
                    };
        }
    }

    private boolean header(ByteBuf in) throws StreamException {
        if (in.readableBytes() >= PacketFormat.ALLOCATED_AT) {
            PacketHeader.requireStart(in);
        }
        if (in.readableBytes() < PacketFormat.HEADER_BYTES) {
            return false;
        }
        header.bytes().clear().writeBytes(in, in.readerIndex(), PacketFormat.HEADER_BYTES);
        header.requireCounts();
        part = header.pages() == 0 ? PacketPart.END : pages();
        in.skipBytes(PacketFormat.HEADER_BYTES);
        return true;
    }

    /** Checks what the header says of its pages, before any of them is handed over. */
    private PacketPart pages() throws StreamException {
        if (!synchronisedOnce) {
            throw StreamException.of(
                    StreamError.MULTIFD_NOT_SYNCHRONISED,
                    "multifd: received packet %s with %d pages before the first synchronisation"
                            .formatted(Long.toUnsignedString(header.number()), header.pages()));
        }
        if (header.compression() != unpacking.compression().flags()) {
            throw StreamException.of(
                    StreamError.MULTIFD_COMPRESSION,
                    "multifd: flags received %x flags expected %x, the compression here is '%s'"
                            .formatted(
                                    header.compression(),
                                    unpacking.compression().flags(),
                                    unpacking.compression().text()));
        }
        block = sink.block(header.block());
        header.offsets(offsets, block.usedLengthBytes());
        PacketPart payload = payload();
        for (int page = header.normalPages(); page < header.pages(); ) {
            int count = together(page, header.pages());
            block.zeroPages(offsets[page], count);
            page += count;
        }
        if (header.normalPages() > 0) {
            beginRun(0);
        }
        return payload;
    }

    private PacketPart payload() throws StreamException {
        int plainBytes = header.normalPages() * RamFlags.PAGE_SIZE;
        boolean plain = unpacking.compression() == PageCompression.NONE || plainBytes == 0;
        int bytes = header.payloadBytes();
        if (plain ? bytes != plainBytes : bytes <= 0 || bytes > PacketFormat.MAX_PACKED_BYTES) {
            throw StreamException.of(
                    StreamError.MULTIFD_PAYLOAD,
                    "multifd: packet size received %s size expected %s%d"
                            .formatted(
                                    Integer.toUnsignedString(bytes),
                                    plain ? "" : "1 to ",
                                    plain ? plainBytes : PacketFormat.MAX_PACKED_BYTES));
        }
        if (plainBytes == 0) {
            return PacketPart.END;
        }
        return plain ? PacketPart.PLAIN : PacketPart.ROOM;
    }

    private boolean plain(ByteBuf in) {
        if (!in.isReadable()) {
            return false;
        }
        take(in);
        if (runPage == header.normalPages()) {
            part = PacketPart.END;
        }
        return true;
    }

    private void beginRun(int page) {
        runPage = page;
        runBytes = 0;
        runPages = page < header.normalPages() ? together(page, header.normalPages()) : 0;
        if (runPages > 0) {
            block().begin(offsets[page], runPages);
        }
    }

    /** Takes what there is of the pages that follow each other. */
    private void take(ByteBuf in) {
        int bytes = Math.min(in.readableBytes(), missingOfRun());
        block().take(offsets[runPage] + runBytes, in, bytes);
        runBytes += bytes;
        if (missingOfRun() == 0) {
            block().end(offsets[runPage], runPages);
            beginRun(runPage + runPages);
        }
    }

    private int missingOfRun() {
        return runPages * RamFlags.PAGE_SIZE - runBytes;
    }

    private PacketBlock block() {
        return Objects.requireNonNull(block, IN_PACKET);
    }

    /**
     * Memory that the next bytes belong in, if they are better read there: the pages themselves,
     * and a header by itself, so that the pages behind it are not read along.
     *
     * @param keptBytes what has come of a header
     */
    public Optional<ByteBuf> memory(int keptBytes) {
        if (sink.held() || unpacking.compression() != PageCompression.NONE) {
            return Optional.empty();
        }
        return switch (part) {
            case HEADER -> headerRoom.from(keptBytes);
            case PLAIN -> runMemory();
            case ROOM, PACKED, UNPACKING, UNPACKED, END -> Optional.empty();
        };
    }

    private Optional<ByteBuf> runMemory() {
        return runPages < LEAST_PAGES
                ? Optional.empty()
                : block().memory(offsets[runPage] + runBytes, missingOfRun());
    }

    /** How many pages from one on follow each other. */
    private int together(int page, int end) {
        long first = offsets[page];
        int count = 1;
        while (page + count < end
                && offsets[page + count] == first + (long) count * RamFlags.PAGE_SIZE) {
            count++;
        }
        return count;
    }

    private boolean room() {
        if (!sink.hasRoom(roomBytes())) {
            return false;
        }
        part = PacketPart.PACKED;
        unpacking.begin(header.payloadBytes(), header.normalPages() * RamFlags.PAGE_SIZE);
        return true;
    }

    private int roomBytes() {
        return header.payloadBytes() + header.normalPages() * RamFlags.PAGE_SIZE;
    }

    private boolean packed(ByteBuf in) {
        if (!unpacking.collect(in)) {
            return false;
        }
        part = PacketPart.UNPACKING;
        unpacking.unpack();
        return true;
    }

    private boolean unpacked() {
        if (!unpacking.done()) {
            return false;
        }
        part = PacketPart.UNPACKED;
        return true;
    }

    private boolean place() throws StreamException {
        try {
            ByteBuf pages = unpacking.result();
            while (runPage < header.normalPages()) {
                take(pages);
            }
        } finally {
            unpacking.free();
            sink.roomFree(roomBytes());
        }
        part = PacketPart.END;
        return true;
    }

    private boolean end() {
        part = PacketPart.HEADER;
        block = null;
        if (header.sync()) {
            synchronisedOnce = true;
            sink.synchronised();
        }
        return true;
    }

    /** Frees what unpacks; nothing is read any more. */
    public void release() {
        unpacking.release();
        headerRoom.release();
    }
}
