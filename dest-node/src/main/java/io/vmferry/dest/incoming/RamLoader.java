package io.vmferry.dest.incoming;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.protocol.ram.RamBlockEntry;
import io.vmferry.protocol.ram.RamBlockSink;
import io.vmferry.protocol.ram.RamFlags;
import io.vmferry.protocol.ram.RamSink;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import io.vmferry.protocol.stream.WireStrings;
import java.util.HashMap;
import java.util.Map;

/**
 * Puts page records into guest RAM. Counts passes from what it sees: a page that lies before its
 * predecessor begins a new one, since the source walks RAM in order.
 */
final class RamLoader implements RamSink {

    private final GuestRam ram;
    private final Map<String, BlockLoader> blocks = new HashMap<>();
    private long zeroPages;
    private long normalPages;
    private int pass = 1;
    private int lastBlock;
    private long lastPage = -1;
    private boolean pageSizesListed;

    /** Who waits for pages; null in precopy. */
    private Demand demand;

    private final HostPageAssembly assembly = new HostPageAssembly();

    /** Those who wait for pages in postcopy. */
    interface Demand extends HostPageAssembly.Listener {

        /** Whether there are any. */
        boolean waiting();

        /** Whether nothing is to be placed any more: the last page may have ended the migration. */
        boolean over();
    }

    RamLoader(GuestRam ram) {
        this.ram = ram;
        ram.blocks().forEach(block -> blocks.put(block.idstr(), new BlockLoader(block)));
        ram.receivingPass(pass);
    }

    /** Whether the source lists the sizes of huge pages. */
    void listPageSizes(boolean listed) {
        pageSizesListed = listed;
    }

    /** From now on each page comes once, and host pages are placed whole. */
    void enterPostcopy(Demand waiting) {
        demand = waiting;
    }

    /** Forgets what has come of a host page that is not complete. */
    void dropPartialHostPage() {
        assembly.drop();
    }

    long zeroPages() {
        return zeroPages;
    }

    long normalPages() {
        return normalPages;
    }

    int pass() {
        return pass;
    }

    @Override
    public boolean pageSizeListed(String idstr) {
        BlockLoader loader = blocks.get(idstr);
        return pageSizesListed
                && loader != null
                && loader.block.pageSizeBytes() != RamFlags.PAGE_SIZE;
    }

    @Override
    public void blockListed(RamBlockEntry entry) throws StreamException {
        long expected = lookUp(entry.idstr()).usedLengthBytes();
        if (entry.usedLengthBytes() != expected) {
            throw StreamException.of(
                    StreamError.RAM_SIZE_MISMATCH,
                    "RAM block '%s' has %d bytes at the source and %d here; start both sides with the same memory"
                            .formatted(entry.idstr(), entry.usedLengthBytes(), expected));
        }
        checkPageSize(entry);
    }

    private void checkPageSize(RamBlockEntry entry) throws StreamException {
        long here = blocks.get(entry.idstr()).block.pageSizeBytes();
        if (entry.hugePageSizeBytes().orElse(here) != here) {
            throw StreamException.of(
                    StreamError.RAM_PAGE_SIZE_MISMATCH,
                    "RAM block '%s' has pages of %d bytes at the source and of %d here"
                            .formatted(entry.idstr(), entry.hugePageSizeBytes().getAsLong(), here));
        }
    }

    @Override
    public RamBlockSink block(String idstr) throws StreamException {
        return lookUp(idstr);
    }

    private BlockLoader lookUp(String idstr) throws StreamException {
        BlockLoader loader = blocks.get(idstr);
        if (loader == null) {
            throw StreamException.of(
                    StreamError.RAM_UNKNOWN_BLOCK,
                    "unknown RAM block %s, here are %s"
                            .formatted(WireStrings.quote(idstr), blocks.keySet()));
        }
        return loader;
    }

    @Override
    public void multifdFlush() {
        // without multifd channels there is nothing to wait for
    }

    private void follow(RamBlock block, long page) {
        boolean backInBlock = block.index() == lastBlock && page <= lastPage;
        if (backInBlock || block.index() < lastBlock) {
            ram.receivingPass(++pass);
        }
        lastBlock = block.index();
        lastPage = page;
    }

    /** One block as the page records address it. */
    private final class BlockLoader implements RamBlockSink {

        private final RamBlock block;

        BlockLoader(RamBlock block) {
            this.block = block;
        }

        @Override
        public long usedLengthBytes() {
            return block.lengthBytes();
        }

        @Override
        public void zeroPage(long offset, int fill) throws StreamException {
            long page = offset / RamFlags.PAGE_SIZE;
            zeroPages++;
            if (demand == null) {
                follow(block, page);
                place(page, fill);
                return;
            }
            begin(page);
            if (fill == 0) {
                block.loadZeros(page);
            } else {
                block.fill(page, (byte) fill);
            }
            assembly.loaded(demand);
        }

        private void place(long page, int fill) {
            if (fill == 0) {
                block.zero(page);
            } else {
                block.fill(page, (byte) fill);
                block.publish(page, page + 1);
            }
        }

        private void begin(long page) throws StreamException {
            if (demand.over()) {
                throw StreamException.of(
                        StreamError.MIGRATION_ENDED, "the migration has ended or paused");
            }
            assembly.begin(block, page);
        }

        @Override
        public void page(long offset, ByteBuf in) throws StreamException {
            long page = offset / RamFlags.PAGE_SIZE;
            normalPages++;
            if (demand == null) {
                follow(block, page);
                block.place(page, in);
                return;
            }
            begin(page);
            if (demand.waiting() && block.pagesPerHostPage() == 1) {
                block.loadAlone(page, in);
            } else {
                block.load(page, in);
            }
            assembly.loaded(demand);
        }
    }
}
