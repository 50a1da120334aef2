package io.vmferry.machine.device;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.text.Figures;
import io.vmferry.protocol.stream.PayloadReader;
import io.vmferry.protocol.stream.StreamException;
import java.util.Optional;

/**
 * Reads one payload of a VFIO device, whatever the pieces it comes in; keeps nothing of the data.
 */
final class VfioLoader implements PayloadReader {
    private enum Expecting {
        FLAG,
        END_OF_SETUP,
        DATA_SIZE,
        DATA,
        CONFIG
    }

    private final VfioDevice device;
    private Expecting expecting = Expecting.FLAG;
    private long chunkLeftBytes;

    VfioLoader(VfioDevice device) {
        this.device = device;
    }

    @Override
    public boolean read(ByteBuf in) throws StreamException {
        while (true) {
            switch (expecting) {
                case FLAG, END_OF_SETUP -> {
                    if (in.readableBytes() < Long.BYTES) {
                        return false;
                    }
                    if (flag(in.getLong(in.readerIndex()))) {
                        in.skipBytes(Long.BYTES);
                        return true;
                    }
                    in.skipBytes(Long.BYTES);
                }
                case DATA_SIZE -> {
                    if (in.readableBytes() < Long.BYTES) {
                        return false;
                    }
                    chunk(in.getLong(in.readerIndex()));
                    in.skipBytes(Long.BYTES);
                }
                case DATA -> {
                    if (!data(in)) {
                        return false;
                    }
                }
                case CONFIG -> {
                    if (in.readableBytes() < VfioDevice.CONFIG_BYTES) {
                        return false;
                    }
                    config(in);
                }
            }
        }
    }

    /** True when the word ends the payload. */
    private boolean flag(long word) throws StreamException {
        VfioFlag flag =
                VfioFlag.of(word)
                        .orElseThrow(() ->
                                device.refused(
                                        "0x%016x is no VFIO migration flag".formatted(word)));
        if (expecting == Expecting.END_OF_SETUP && flag != VfioFlag.END_OF_STATE) {
            throw device.refused(flag + " where the end of its setup is expected");
        }
        switch (flag) {
            case END_OF_STATE -> {
                return true;
            }
            case DEV_INIT_DATA_SENT -> {
                device.initialDataSent();
                return true;
            }
            case DEV_SETUP_STATE -> {
                device.loadSetup();
                expecting = Expecting.END_OF_SETUP;
            }
            case DEV_DATA_STATE -> expecting = Expecting.DATA_SIZE;
            case DEV_CONFIG_STATE -> {
                long missing = device.arriving().leftBytes();
                if (missing > 0) {
                    throw device.refused(
                            "its configuration came, but " + missing + " bytes of data did not");
                }
                expecting = Expecting.CONFIG;
            }
        }
        return false;
    }

    private void chunk(long sizeBytes) throws StreamException {
        long left = device.arriving().leftBytes();
        if (Long.compareUnsigned(sizeBytes, left) > 0) {
            throw device.refused(
                    "a chunk of %s bytes exceeds the %d bytes that are left of its state"
                            .formatted(Long.toUnsignedString(sizeBytes), left));
        }
        chunkLeftBytes = sizeBytes;
        expecting = Expecting.DATA;
    }

    /** True when the chunk is complete. */
    private boolean data(ByteBuf in) throws StreamException {
        int bytes = (int) Math.min(in.readableBytes(), chunkLeftBytes);
        device.arriving().accept(in, bytes);
        chunkLeftBytes -= bytes;
        if (chunkLeftBytes > 0) {
            return false;
        }
        expecting = Expecting.FLAG;
        return true;
    }

    private void config(ByteBuf in) throws StreamException {
        SeededState expected = VfioDevice.configSpace(device.arriving().state());
        for (int at = 0; at < VfioDevice.CONFIG_BYTES; at++) {
            byte seen = in.getByte(in.readerIndex());
            if (seen != expected.contentByte(at)) {
                throw device.refused(
                        "byte %s of its configuration space is 0x%02x, expected 0x%02x"
                                .formatted(Figures.number(at), seen, expected.contentByte(at)));
            }
            in.skipBytes(1);
        }
        device.loaded();
        expecting = Expecting.FLAG;
    }

    /**
     * The 64-bit words that structure the payload of a VFIO device (QEMU: {@code VFIO_MIG_FLAG_*}).
     */
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
}
