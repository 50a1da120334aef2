package io.vmferry.machine.link;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/**
 * QMP's {@code channels} form of a migration address: a list with one {@code main} entry whose
 * {@code addr} says what {@link MigrationUri} says in text.
 */
public final class MigrationChannels {

    private MigrationChannels() {}

    /**
     * The address that a command names by exactly one of its two forms.
     *
     * @param command {@code migrate} or {@code migrate-incoming}, for the message
     * @param uri the {@code uri} argument or null
     * @param channels the {@code channels} argument or null
     */
    public static MigrationAddress choose(String command, String uri, JsonNode channels)
            throws AddressException {
        if (uri != null && channels != null) {
            throw new AddressException(
                    "'uri' and 'channels' arguments are mutually exclusive; exactly one of the two"
                            + " should be present in '"
                            + command
                            + "' qmp command");
        }
        if (uri == null && channels == null) {
            throw new AddressException(
                    "neither 'uri' or 'channels' argument are specified in '"
                            + command
                            + "' qmp command");
        }
        return uri != null ? MigrationUri.parse(uri) : parse(channels);
    }

    /** Parses the list. */
    public static MigrationAddress parse(JsonNode channels) throws AddressException {
        if (!channels.isArray()) {
            throw wrongType("channels", "array");
        }
        if (channels.size() != 1) {
            throw new AddressException(
                    channels.isEmpty()
                            ? "Channel list has no main entry"
                            : "Channel list has more than one entries");
        }
        String where = "channels[0]";
        JsonNode channel = object(channels.get(0), where);
        only(channel, where, Set.of("channel-type", "addr"));
        String type = text(channel, where, "channel-type");
        if (!type.equals("main")) {
            throw new AddressException(
                    type.equals("cpr")
                            ? "channel type 'cpr' is not supported by vmferry"
                            : badValue(where + ".channel-type", type));
        }
        if (!channel.has("addr")) {
            throw missing(where + ".addr");
        }
        return address(object(channel.get("addr"), where + ".addr"), where + ".addr");
    }

    private static MigrationAddress address(JsonNode address, String where)
            throws AddressException {
        String transport = text(address, where, "transport");
        return switch (transport) {
            case "socket" -> socket(address, where);
            case "file" -> {
                only(address, where, Set.of("transport", "filename", "offset"));
                yield MigrationUri.file(text(address, where, "filename"), offset(address, where));
            }
            case "exec", "rdma" -> throw unsupported(transport);
            default -> throw new AddressException(badValue(where + ".transport", transport));
        };
    }

    private static MigrationAddress socket(JsonNode address, String where) throws AddressException {
        String type = text(address, where, "type");
        return switch (type) {
            case "inet" -> {
                only(address, where, Set.of("transport", "type", "host", "port"));
                yield MigrationUri.tcp(text(address, where, "host"), text(address, where, "port"));
            }
            case "unix" -> {
                only(address, where, Set.of("transport", "type", "path"));
                yield MigrationUri.unix(text(address, where, "path"));
            }
            case "fd", "vsock" -> throw unsupported(type);
            default -> throw new AddressException(badValue(where + ".type", type));
        };
    }

    private static long offset(JsonNode address, String where) throws AddressException {
        JsonNode offset = address.get("offset");
        if (offset == null) {
            throw missing(where + ".offset");
        }
        if (!offset.canConvertToExactIntegral() || !offset.canConvertToLong()) {
            throw wrongType(where + ".offset", "uint64");
        }
        if (offset.longValue() < 0) {
            throw wrongType(where + ".offset", "uint64");
        }
        return offset.longValue();
    }

    private static JsonNode object(JsonNode node, String where) throws AddressException {
        if (!node.isObject()) {
            throw wrongType(where, "object");
        }
        return node;
    }

    private static String text(JsonNode node, String where, String member) throws AddressException {
        JsonNode value = node.get(member);
        if (value == null) {
            throw missing(where + "." + member);
        }
        if (!value.isTextual()) {
            throw wrongType(where + "." + member, "string");
        }
        return value.textValue();
    }

    private static void only(JsonNode node, String where, Set<String> known)
            throws AddressException {
        for (var member : node.properties()) {
            if (!known.contains(member.getKey())) {
                throw new AddressException(
                        "Parameter '" + where + "." + member.getKey() + "' is unexpected");
            }
        }
    }

    private static AddressException unsupported(String protocol) {
        return new AddressException(
                "migration protocol '" + protocol + "' is not supported by vmferry");
    }

    private static AddressException missing(String where) {
        return new AddressException("Parameter '" + where + "' is missing");
    }

    private static AddressException wrongType(String where, String expected) {
        return new AddressException(
                "Invalid parameter type for '" + where + "', expected: " + expected);
    }

    private static String badValue(String where, String value) {
        return "Parameter '" + where + "' does not accept value '" + value + "'";
    }
}
