package io.vmferry.protocol.ram;

import io.vmferry.protocol.stream.WireStrings;
import java.util.OptionalLong;

/**
 * A block in the list at the start of a RAM stream.
 *
 * @param idstr the block's name, 1 to 255 bytes
 * @param usedLengthBytes its length, whole pages
 * @param hugePageSizeBytes its page size, sent only for huge pages and after POSTCOPY_ADVISE
 * @param guestPhysicalAddress where the guest sees it, sent only with {@code x-ignore-shared}
 */
public record RamBlockEntry(
        String idstr,
        long usedLengthBytes,
        OptionalLong hugePageSizeBytes,
        OptionalLong guestPhysicalAddress) {

    public RamBlockEntry {
        WireStrings.requireName(idstr);
    }

    /** A plain block. */
    public static RamBlockEntry of(String idstr, long usedLengthBytes) {
        return new RamBlockEntry(
                idstr, usedLengthBytes, OptionalLong.empty(), OptionalLong.empty());
    }
}
