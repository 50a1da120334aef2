package io.vmferry.machine.device;

import java.util.Optional;

/** The 64-bit words that structure the payload of a VFIO device (QEMU: {@code VFIO_MIG_FLAG_*}). */
enum VfioFlag {
    /** The payload ends here. */
    END_OF_STATE(0xffffffffef100001L),
    /** The configuration space follows. */
    DEV_CONFIG_STATE(0xffffffffef100002L),
    /** A migration begins; END_OF_STATE follows. */
    DEV_SETUP_STATE(0xffffffffef100003L),
    /** A 64-bit size and so many bytes of device data follow. */
    DEV_DATA_STATE(0xffffffffef100004L),
    /** All initial data has been sent; the payload ends here. */
    DEV_INIT_DATA_SENT(0xffffffffef100005L);

    private final long word;

    VfioFlag(long word) {
        this.word = word;
    }

    long word() {
        return word;
    }

    static Optional<VfioFlag> of(long word) {
        for (VfioFlag flag : values()) {
            if (flag.word == word) {
                return Optional.of(flag);
            }
        }
        return Optional.empty();
    }
}
