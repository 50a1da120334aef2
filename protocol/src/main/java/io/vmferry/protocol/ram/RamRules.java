package io.vmferry.protocol.ram;

import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;

/**
 * What a destination of one version accepts in a RAM payload.
 *
 * @param zeroFillMustBeZero whether a zero page must be filled with 0; not checked by QEMU 7.2
 * @param hookIgnored whether HOOK without RDMA is passed over; refused by QEMU 7.2
 * @param multifdFlushKnown whether MULTIFD_FLUSH is a record; since QEMU 8.1
 * @param compressPageKnown whether COMPRESS_PAGE is a record; until QEMU 9.0
 * @param addressesListed whether the list carries guest-physical addresses; with capability {@code
 *     x-ignore-shared}
 */
public record RamRules(
        boolean zeroFillMustBeZero,
        boolean hookIgnored,
        boolean multifdFlushKnown,
        boolean compressPageKnown,
        boolean addressesListed) {

    /** What a destination of one QEMU version accepts, with capability x-ignore-shared off. */
    public static RamRules of(Profile profile) {
        return new RamRules(
                profile.has(Trait.ZERO_FILL_CHECKED),
                profile.has(Trait.HOOK_IGNORED),
                profile.has(Trait.MULTIFD_FLUSH),
                profile.has(Trait.COMPRESS_PAGE),
                false);
    }
}
