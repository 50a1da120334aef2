package io.vmferry.protocol.ram;

import io.vmferry.protocol.stream.StreamException;

/** The destination's RAM as a {@link RamReader} sees it. */
public interface RamSink {

    /**
     * Whether the list carries the page size of this block: postcopy was advised, is on here, and
     * the block here is made of huge pages. Asked before the block is listed; the answer for a
     * block that does not exist does not matter.
     */
    default boolean pageSizeListed(String idstr) {
        return false;
    }

    /** A block of the source. Refuses it when it does not exist here or differs. */
    void blockListed(RamBlockEntry entry) throws StreamException;

    /**
     * The block that page records name.
     *
     * @throws StreamException with RAM_UNKNOWN_BLOCK when it does not exist
     */
    RamBlockSink block(String idstr) throws StreamException;

    /** The source has sent a sync on every multifd channel; ignored without multifd. */
    void multifdFlush() throws StreamException;
}
