package io.vmferry.machine.memory;

import java.nio.charset.StandardCharsets;

/**
 * What a RAM block is asked to be (QEMU: RAMBlock).
 *
 * @param idstr the name both peers know the block by, 1 to 255 bytes
 * @param lengthBytes a positive multiple of the page size
 */
public record RamBlockSpec(String idstr, long lengthBytes) {
    private static final int LONGEST_NAME_BYTES = 255;

    public RamBlockSpec {
        int nameBytes = idstr.getBytes(StandardCharsets.UTF_8).length;
        if (nameBytes == 0 || nameBytes > LONGEST_NAME_BYTES) {
            throw new IllegalArgumentException(
                    "A RAM block name has 1 to 255 bytes, not " + nameBytes);
        }
        if (lengthBytes <= 0 || lengthBytes % RamBlock.PAGE_SIZE != 0) {
            throw new IllegalArgumentException(
                    "RAM block '"
                            + idstr
                            + "' has "
                            + lengthBytes
                            + " bytes: expected a positive multiple of "
                            + RamBlock.PAGE_SIZE);
        }
    }
}
