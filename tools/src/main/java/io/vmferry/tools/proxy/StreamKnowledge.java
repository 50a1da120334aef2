package io.vmferry.tools.proxy;

import io.netty.buffer.ByteBuf;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.ram.RamBlockEntry;
import io.vmferry.protocol.ram.RamBlockSink;
import io.vmferry.protocol.ram.RamFlags;
import io.vmferry.protocol.ram.RamReader;
import io.vmferry.protocol.ram.RamRules;
import io.vmferry.protocol.ram.RamSink;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What the first connection of a migration told that later ones, of a recovery, take for known: the
 * blocks of RAM and which sections carry it.
 */
final class StreamKnowledge implements RamSink {

    private static final RamRules RULES = RamRules.of(Profile.QEMU_10_2);

    private final Map<String, RamBlockSink> blocks = new HashMap<>();
    private final Set<Integer> ramSections = new HashSet<>();
    private boolean postcopy;

    /** A new migration begins. */
    void clear() {
        blocks.clear();
        ramSections.clear();
        postcopy = false;
    }

    void ramSection(int sectionId) {
        ramSections.add(sectionId);
    }

    boolean isRam(int sectionId) {
        return ramSections.contains(sectionId);
    }

    void enterPostcopy() {
        postcopy = true;
    }

    /** A reader for the pages of one connection. */
    RamReader reader() {
        RamReader reader = new RamReader(this, RULES);
        if (postcopy) {
            reader.enterPostcopy();
        }
        return reader;
    }

    @Override
    public void blockListed(RamBlockEntry entry) {
        blocks.put(entry.idstr(), new Skipped(entry.usedLengthBytes()));
    }

    @Override
    public RamBlockSink block(String idstr) throws StreamException {
        RamBlockSink block = blocks.get(idstr);
        if (block == null) {
            throw StreamException.of(
                    StreamError.RAM_UNKNOWN_BLOCK, "Block '%s' was not listed".formatted(idstr));
        }
        return block;
    }

    @Override
    public void multifdFlush() {
        // nothing to be done in passing
    }

    /** A block whose pages pass unseen. */
    private record Skipped(long usedLengthBytes) implements RamBlockSink {

        @Override
        public void zeroPage(long offset, int fill) {
            // passes
        }

        @Override
        public void page(long offset, ByteBuf in) {
            in.skipBytes(RamFlags.PAGE_SIZE);
        }

        @Override
        public void delta(long offset, ByteBuf in, int lengthBytes) {
            in.skipBytes(lengthBytes);
        }
    }
}
