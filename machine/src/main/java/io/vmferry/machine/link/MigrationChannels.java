package io.vmferry.machine.link;

import com.fasterxml.jackson.databind.JsonNode;
import io.vmferry.machine.descriptor.DescriptorNames;
import io.vmferry.machine.link.MigrationAddress.AddressException;
import io.vmferry.protocol.profile.Profile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * QMP's {@code channels} form of a migration address, whose {@code addr} says what {@link
 * MigrationUri} says in text, and more. Its form was checked against the schema.
 */
public final class MigrationChannels {

    /** What QEMU prints where it would print the URI, which channels have not. */
    private static final String NO_URI = "(null)";

    private MigrationChannels() {}

    /**
     * The address of one channel.
     *
     * @param names the descriptors that it may name
     */
    public static MigrationAddress address(JsonNode channel, Profile profile, DescriptorNames names)
            throws AddressException {
        JsonNode address = channel.get("addr");
        String transport = address.get("transport").textValue();
        return switch (transport) {
            case "socket" -> socket(address, profile, names);
            case "exec" -> exec(address.get("args"));
            case "rdma" -> MigrationUri.absentRdma("rdma:" + host(address), NO_URI, profile);
            case "file" -> MigrationUri.file(address.get("filename").textValue(), offset(address));
            default -> throw new IllegalArgumentException("No transport is called " + transport);
        };
    }

    private static MigrationAddress exec(JsonNode arguments) throws AddressException {
        List<String> words = new ArrayList<>();
        arguments.forEach(word -> words.add(word.textValue()));
        if (words.isEmpty()) {
            throw new AddressException("'args' names no program to execute");
        }
        return new MigrationAddress.Exec(words);
    }

    private static String host(JsonNode address) {
        return address.get("host").textValue() + ":" + address.get("port").textValue();
    }

    private static MigrationAddress socket(JsonNode address, Profile profile, DescriptorNames names)
            throws AddressException {
        String type = address.get("type").textValue();
        return switch (type) {
            case "inet" ->
                    new MigrationAddress.Tcp(
                            address.get("host").textValue(),
                            address.get("port").textValue(),
                            options(address));
            case "unix" -> unix(address, address.get("path").textValue());
            case "vsock" ->
                    new MigrationAddress.Vsock(
                            address.get("cid").textValue(), address.get("port").textValue());
            case "fd" -> MigrationUri.descriptor(profile, address.get("str").textValue(), names);
            default -> throw new IllegalArgumentException("No socket is called " + type);
        };
    }

    private static MigrationAddress unix(JsonNode address, String path) throws AddressException {
        return address.path("abstract").asBoolean()
                ? new MigrationAddress.AbstractUnix(path, address.path("tight").asBoolean(true))
                : MigrationUri.unix(path);
    }

    private static TcpOptions options(JsonNode address) {
        return new TcpOptions(
                flag(address, "ipv4"),
                flag(address, "ipv6"),
                number(address, "to"),
                address.path("mptcp").asBoolean(),
                address.path("numeric").asBoolean(),
                flag(address, "keep-alive"),
                number(address, "keep-alive-count"),
                number(address, "keep-alive-idle"),
                number(address, "keep-alive-interval"));
    }

    private static Optional<Boolean> flag(JsonNode address, String name) {
        return Optional.ofNullable(address.get(name)).map(JsonNode::asBoolean);
    }

    private static OptionalInt number(JsonNode address, String name) {
        return address.has(name) ? OptionalInt.of(address.get(name).asInt()) : OptionalInt.empty();
    }

    private static long offset(JsonNode address) throws AddressException {
        JsonNode offset = address.get("offset");
        if (!offset.canConvertToLong() || offset.longValue() < 0) {
            throw new AddressException("offset " + offset + " is beyond the end of any file");
        }
        return offset.longValue();
    }
}
