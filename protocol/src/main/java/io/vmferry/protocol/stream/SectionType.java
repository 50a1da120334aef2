package io.vmferry.protocol.stream;

import java.util.Optional;

/** The first byte of every stream element (QEMU's {@code QEMU_VM_*} constants). */
public enum SectionType {
    /** End of the stream ({@code QEMU_VM_EOF}). */
    EOF(0x00),
    /** Announces an iterable section and carries its setup ({@code QEMU_VM_SECTION_START}). */
    START(0x01),
    /** More of an iterable section ({@code QEMU_VM_SECTION_PART}). */
    PART(0x02),
    /** The last part of an iterable section ({@code QEMU_VM_SECTION_END}). */
    END(0x03),
    /** The whole state of a device ({@code QEMU_VM_SECTION_FULL}). */
    FULL(0x04),
    /** An optional piece inside a payload ({@code QEMU_VM_SUBSECTION}). */
    SUBSECTION(0x05),
    /** JSON that describes the device sections ({@code QEMU_VM_VMDESCRIPTION}). */
    VMDESCRIPTION(0x06),
    /** Machine and validated capabilities ({@code QEMU_VM_CONFIGURATION}). */
    CONFIGURATION(0x07),
    /** A command ({@code QEMU_VM_COMMAND}). */
    COMMAND(0x08),
    /** Closes a section ({@code QEMU_VM_SECTION_FOOTER}). */
    FOOTER(0x7E);

    private static final SectionType[] BY_CODE = new SectionType[0x80];

    static {
        for (SectionType type : values()) {
            BY_CODE[type.code] = type;
        }
    }

    private final int code;

    SectionType(int code) {
        this.code = code;
    }

    /** The byte on the wire. */
    public int code() {
        return code;
    }

    /** The type of a byte read from the wire, 0 to 255. */
    public static Optional<SectionType> ofCode(int code) {
        return code >= 0 && code < BY_CODE.length
                ? Optional.ofNullable(BY_CODE[code])
                : Optional.empty();
    }
}
