package io.vmferry.dest.incoming.ram;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.memory.PageSource;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.protocol.ram.RamBlockEntry;
import io.vmferry.protocol.ram.RamBlockSink;
import io.vmferry.protocol.ram.RamFlags;
import io.vmferry.protocol.ram.RamReader;
import io.vmferry.protocol.ram.RamRules;
import io.vmferry.protocol.ram.RamSink;
import io.vmferry.protocol.ram.XbzrleDecoder;
import io.vmferry.protocol.stream.PayloadReader;
import io.vmferry.protocol.stream.SectionType;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads the page records of one channel into guest RAM. Each channel has its own, which remembers
 * the block that was named on it last, and the host page that is not complete yet.
 */
public final class PageInput implements PayloadReader {

    private static final String IN_READ = "Pages come while a buffer is read";
    private static final String IN_POSTCOPY = "Pages are requested in postcopy only";

    private final IncomingRam ram;
    private final List<BlockInput> blocks;
    private final RamReader reader;
    private final HostPageAssembly assembly = new HostPageAssembly();

    /** The pages of a precopy that are loaded and not noted as received yet. */
    private final LoadedRun loaded = new LoadedRun();

    /** The buffer that is being read; null in between. */
    private @Nullable PageSource source;

    private final StreamMarks marks;

    /** The requested pages; null in precopy. */
    private @Nullable PageRequests requests;

    /** Pages of a migration without multifd channels. */
    public PageInput(IncomingRam ram, RamRules rules) {
        this(
                ram,
                rules,
                new StreamMarks() {
                    @Override
                    public void flush() {
                        ram.synchronised();
                    }

                    @Override
                    public void endOfSection() {}
                });
    }

    /**
     * @param marks follow the marks of a stream with multifd channels
     */
    public PageInput(IncomingRam ram, RamRules rules, StreamMarks marks) {
        this.marks = marks;
        this.ram = ram;
        this.blocks = ram.blocks().stream().map(BlockInput::new).toList();
        this.reader = new RamReader(new RecordSink(), rules);
    }

    @Override
    public boolean read(ByteBuf in) throws StreamException {
        boolean ended;
        source = PageSource.of(in);
        try {
            ended = reader.read(in);
        } finally {
            source = null;
            loaded.publish();
        }
        if (ended && requests == null) {
            marks.endOfSection();
        }
        return ended;
    }

    /** A PART or END of RAM begins. After END in precopy is what the last dirty sync has found. */
    public void begin(SectionType type) {
        if (type == SectionType.END && requests == null) {
            ram.synchronised();
        }
    }

    /** Starts postcopy: each page comes once, and host pages are placed whole. */
    public void enterPostcopy(PageRequests waiting) {
        reader.enterPostcopy();
        requests = waiting;
    }

    /** New channels: the next record names its block. */
    public void forgetBlock() {
        reader.forgetBlock();
    }

    /** Forgets what has come of a host page that is not complete. */
    public void dropPartialHostPage() {
        assembly.drop();
    }

    private final class RecordSink implements RamSink {

        @Override
        public boolean pageSizeListed(String idstr) {
            return ram.pageSizeListed(idstr);
        }

        @Override
        public void blockListed(RamBlockEntry entry) throws StreamException {
            ram.check(entry);
        }

        @Override
        public RamBlockSink block(String idstr) throws StreamException {
            return blocks.get(ram.block(idstr).index());
        }

        @Override
        public void multifdFlush() {
            loaded.publish();
            marks.flush();
        }
    }

    /** One block as the page records address it. */
    private final class BlockInput implements RamBlockSink {

        private final RamBlock block;

        BlockInput(RamBlock block) {
            this.block = block;
        }

        @Override
        public long usedLengthBytes() {
            return block.lengthBytes();
        }

        @Override
        public void zeroPage(long offset, int fill) throws StreamException {
            long page = offset / RamFlags.PAGE_SIZE;
            ram.zeroPages++;
            if (requests != null) {
                begin(page);
            }
            if (fill == 0) {
                block.loadZeros(page);
            } else {
                block.fill(page, (byte) fill);
            }
            loaded(page);
        }

        private void begin(long page) throws StreamException {
            if (Objects.requireNonNull(requests, IN_POSTCOPY).over()) {
                throw StreamException.of(
                        StreamError.MIGRATION_ENDED, "the migration has ended or paused");
            }
            assembly.begin(block, page);
        }

        private void loaded(long page) {
            if (requests == null) {
                loaded.add(block, page);
            } else if (assembly.loaded()) {
                requests.placed(block, block.hostPageOf(page));
            }
        }

        @Override
        public void page(long offset, ByteBuf in) throws StreamException {
            long page = offset / RamFlags.PAGE_SIZE;
            PageSource from = Objects.requireNonNull(source, IN_READ);
            ram.normalPages++;
            if (requests != null) {
                begin(page);
            }
            if (requests != null && requests.outstanding() > 0 && block.pagesPerHostPage() == 1) {
                block.loadAlone(page, from);
            } else {
                block.load(page, from);
            }
            loaded(page);
        }

        @Override
        public void delta(long offset, ByteBuf in, int lengthBytes) throws StreamException {
            long page = offset / RamFlags.PAGE_SIZE;
            PageSource from = Objects.requireNonNull(source, IN_READ);
            ram.deltaPages++;
            XbzrleDecoder.decode(
                    in,
                    lengthBytes,
                    offset,
                    (at, _, index, bytes) -> block.change(page, at, from, index, bytes));
            loaded(page);
        }
    }

    /**
     * Pages of a precopy that follow each other and are loaded. Nobody waits for them, so that they
     * are noted as received together, at the latest when the buffer has been read.
     */
    private static final class LoadedRun {

        private @Nullable RamBlock block;
        private long from;
        private long to;

        void add(RamBlock where, long page) {
            if (page != to || where != block) {
                publish();
                block = where;
                from = page;
            }
            to = page + 1;
        }

        void publish() {
            if (block != null) {
                block.publish(from, to);
                block = null;
            }
        }
    }
}
