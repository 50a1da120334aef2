package io.vmferry.protocol.stream;

/**
 * The head of a START or FULL section.
 *
 * @param type START or FULL; a destination treats both alike
 * @param sectionId chosen by the source, repeated by PART, END and footer; all 32 bits are used
 * @param idstr name of the device or of the iterable, 1 to 255 bytes
 * @param instanceId tells devices of one name apart
 * @param versionId version of the payload
 */
public record SectionHeader(
        SectionType type, int sectionId, String idstr, int instanceId, int versionId) {

    public SectionHeader {
        if (type != SectionType.START && type != SectionType.FULL) {
            throw new IllegalArgumentException("Only START and FULL carry a header, not " + type);
        }
        WireStrings.requireName(idstr);
    }

    /** The section for a message: its idstr, with the instance unless that is 0. */
    public String label() {
        String name = WireStrings.printable(idstr);
        return instanceId == 0 ? name : name + "/" + Integer.toUnsignedString(instanceId);
    }
}
