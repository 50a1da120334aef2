package io.vmferry.machine.hmp;

import io.vmferry.machine.hmp.HmpLine.HmpSyntaxException;
import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.paging.MemoryAccess;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;
import java.lang.foreign.ValueLayout;
import java.util.function.Consumer;

/** HMP's {@code xp}: guest RAM at a physical address, in lines of numbers. */
final class MemoryDump {

    /** Output limit of one command, which is printed on the engine's loop. */
    private static final long MAX_BYTES = 1 << 16;

    private final GuestRam ram;
    private final MemoryAccess access;
    private final Profile profile;
    private DumpFormat last = DumpFormat.FIRST;

    MemoryDump(GuestRam ram, MemoryAccess access, Profile profile) {
        this.ram = ram;
        this.access = access;
        this.profile = profile;
    }

    /** Reads {@code [/FORMAT] ADDRESS} and prints, once all of that memory is here. */
    void print(HmpLine line, Consumer<String> print) throws HmpSyntaxException {
        DumpFormat format = DumpFormat.read(line, last);
        long address = AddressExpression.read(line);
        line.end("xp");
        if (format.totalBytes() > MAX_BYTES) {
            throw new HmpSyntaxException(
                    "xp: %d bytes are more than the %d of one command"
                            .formatted(format.totalBytes(), MAX_BYTES));
        }
        last = format;
        if (format.letter() == 'i') {
            print.accept("Can not dump without CPU\n");
            return;
        }
        boolean asked =
                access.fetchRange(
                        address, format.totalBytes(), () -> print.accept(text(format, address)));
        if (!asked) {
            throw new HmpSyntaxException(
                    "xp: %d commands wait for missing memory already, which is the limit"
                            .formatted(MemoryAccess.MAX_WAITING));
        }
    }

    private String text(DumpFormat format, long address) {
        StringBuilder text = new StringBuilder();
        long end = address + format.totalBytes();
        for (long at = address; at != end; ) {
            int bytes = (int) Math.min(end - at, format.lineBytes());
            text.append((profile.has(Trait.XP_PADS_ADDRESSES) ? "%016x:" : "%08x:").formatted(at));
            if (at < 0 || at > ram.totalBytes() - bytes) {
                return text.append(" Cannot access memory\n").toString();
            }
            for (int i = 0; i < bytes; i += format.stepBytes()) {
                long value = load(at + i, format.stepBytes());
                text.append(' ').append(format.item(value, !profile.has(Trait.XP_PADS_ADDRESSES)));
            }
            text.append('\n');
            at += bytes;
        }
        return text.toString();
    }

    /** A little-endian number, wherever it lies. */
    private long load(long address, int bytes) {
        long value = 0;
        for (int i = bytes - 1; i >= 0; i--) {
            RamBlock block = ram.blockOfPage((address + i) >>> RamBlock.PAGE_SHIFT);
            long offset = address + i - (block.firstPage() << RamBlock.PAGE_SHIFT);
            byte next = block.segment().get(ValueLayout.JAVA_BYTE, offset);
            value = value << Byte.SIZE | Byte.toUnsignedLong(next);
        }
        return value;
    }
}
