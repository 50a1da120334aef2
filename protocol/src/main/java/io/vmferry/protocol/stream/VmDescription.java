package io.vmferry.protocol.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The JSON after a precopy stream that names and measures the fields of every FULL section, for
 * tools that dissect a recorded stream. A destination drops it unread.
 *
 * <p>Layout as QEMU's: one line, {@code ", "} and {@code ": "} as separators, sections in stream
 * order, iterables left out.
 */
public final class VmDescription {

    private final int pageSizeBytes;
    private Optional<Configuration> configuration = Optional.empty();
    private final List<String> devices = new ArrayList<>();

    /** An empty description of a guest with this page size. */
    public VmDescription(int pageSizeBytes) {
        this.pageSizeBytes = pageSizeBytes;
    }

    /**
     * One field of a section.
     *
     * @param name the field's name
     * @param type QEMU's name of its encoding, such as {@code uint32} or {@code buffer}
     * @param sizeBytes bytes that it takes
     */
    public record Field(String name, String type, int sizeBytes) {

        private String json() {
            return "{\"name\": %s, \"type\": %s, \"size\": %d}"
                    .formatted(quote(name), quote(type), sizeBytes);
        }
    }

    /** Describes the configuration too, as QEMU does since 9.0. */
    public VmDescription configuration(Configuration described) {
        configuration = Optional.of(described);
        return this;
    }

    /** A device section with its fields, as {@link StateWriter} collected them. */
    public VmDescription device(SectionHeader header, List<Field> fields) {
        devices.add(
                "{\"name\": %1$s, \"instance_id\": %2$s, \"vmsd_name\": %1$s, \"version\": %3$s, %4$s}"
                        .formatted(
                                quote(header.idstr()),
                                Integer.toUnsignedString(header.instanceId()),
                                Integer.toUnsignedString(header.versionId()),
                                fieldsMember(fields)));
        return this;
    }

    /** The description as text. */
    public String toJson() {
        return "{"
                + configuration.map(VmDescription::configurationMember).orElse("")
                + "\"page_size\": %d, \"devices\": [%s]}"
                        .formatted(pageSizeBytes, String.join(", ", devices));
    }

    private static String configurationMember(Configuration configuration) {
        int nameBytes = configuration.machineName().length();
        String fields =
                fieldsMember(
                        List.of(
                                new Field("len", "uint32", 4),
                                new Field("name", "buffer", nameBytes)));
        String subsections =
                configuration.subsections().stream()
                        .map(VmDescription::subsection)
                        .collect(Collectors.joining(", "));
        return "\"configuration\": {\"vmsd_name\": \"configuration\", \"version\": 1, "
                + fields
                + (subsections.isEmpty() ? "" : ", \"subsections\": [" + subsections + "]")
                + "}, ";
    }

    private static String subsection(ConfigurationSubsection subsection) {
        List<Field> fields =
                switch (subsection) {
                    case ConfigurationSubsection.TargetPageBits _ ->
                            List.of(new Field("target_page_bits", "uint32", 4));
                    case ConfigurationSubsection.ValidatedCapabilities(var names) ->
                            capabilityFields(names);
                    case ConfigurationSubsection.ValidatedUuid _ ->
                            List.of(new Field("uuid", "buffer", 16));
                    case ConfigurationSubsection.ReturnPathChannel _ ->
                            List.of(new Field("migration_id", "buffer", 16));
                };
        return "{\"vmsd_name\": %s, \"version\": %d, %s}"
                .formatted(
                        quote(subsection.name()),
                        ConfigurationSubsection.VERSION,
                        fieldsMember(fields));
    }

    private static List<Field> capabilityFields(List<String> names) {
        List<Field> fields = new ArrayList<>();
        fields.add(new Field("caps_count", "uint32", 4));
        names.forEach(
                name -> fields.add(new Field("capabilities", "capability", name.length() + 1)));
        return fields;
    }

    private static String fieldsMember(List<Field> fields) {
        return fields.stream()
                .map(Field::json)
                .collect(Collectors.joining(", ", "\"fields\": [", "]"));
    }

    private static String quote(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        text.chars()
                .forEach(c -> {
                    if (c < 0x20 || c > 0x7E || c == '"' || c == '\\') {
                        quoted.append(String.format("\\u%04x", c));
                    } else {
                        quoted.append((char) c);
                    }
                });
        return quoted.append('"').toString();
    }
}
