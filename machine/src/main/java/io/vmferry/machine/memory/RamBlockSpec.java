package io.vmferry.machine.memory;

import java.nio.charset.StandardCharsets;

/**
 * The specification of a RAM block (QEMU: RAMBlock).
 *
 * @param idstr the name both peers know the block by, 1 to 255 bytes
 * @param lengthBytes a positive multiple of {@code pageSizeBytes}
 * @param pageSizeBytes what the host backs it with: 4096, or the size of a huge page. Postcopy asks
 *     for, sends and places such pages whole.
 */
public record RamBlockSpec(String idstr, long lengthBytes, long pageSizeBytes) {
    /**
     * The largest huge page; fetching a page of 1 GiB would stop a vCPU as long as a precopy takes.
     */
    public static final long LARGEST_PAGE_BYTES = 2 << 20;

    private static final int LONGEST_NAME_BYTES = 255;

    /** A block of plain pages. */
    public RamBlockSpec(String idstr, long lengthBytes) {
        this(idstr, lengthBytes, RamBlock.PAGE_SIZE);
    }

    public RamBlockSpec {
        int nameBytes = idstr.getBytes(StandardCharsets.UTF_8).length;
        if (nameBytes == 0 || nameBytes > LONGEST_NAME_BYTES) {
            throw new IllegalArgumentException(
                    "A RAM block name has 1 to 255 bytes, not " + nameBytes);
        }
        if (pageSizeBytes < RamBlock.PAGE_SIZE
                || pageSizeBytes > LARGEST_PAGE_BYTES
                || Long.bitCount(pageSizeBytes) != 1) {
            throw new IllegalArgumentException(
                    "RAM block '%s' has pages of %d bytes: expected a power of two from %d to %d"
                            .formatted(
                                    idstr, pageSizeBytes, RamBlock.PAGE_SIZE, LARGEST_PAGE_BYTES));
        }
        if (lengthBytes <= 0 || lengthBytes % pageSizeBytes != 0) {
            throw new IllegalArgumentException(
                    "RAM block '"
                            + idstr
                            + "' has "
                            + lengthBytes
                            + " bytes: expected a positive multiple of "
                            + pageSizeBytes);
        }
    }
}
