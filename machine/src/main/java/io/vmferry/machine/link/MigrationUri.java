package io.vmferry.machine.link;

import io.vmferry.machine.descriptor.DescriptorNames;
import io.vmferry.machine.link.MigrationAddress.AddressException;
import io.vmferry.machine.net.HostPort;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;
import java.math.BigInteger;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text form of a migration address: {@code tcp:HOST:PORT}, {@code unix:PATH}, {@code
 * vsock:CID:PORT}, {@code fd:NAME}, {@code exec:COMMAND}, {@code file:PATH[,offset=BYTES]}. An IPv6
 * host stands in brackets; an empty host is all addresses for a listener and none for a connection.
 * Names are resolved on use.
 */
public final class MigrationUri {

    /** How the addresses of libvirt and of the web begin, but not these. */
    private static final String SLASHES = "tcp://";

    private static final String UNKNOWN = "unknown migration protocol: ";
    private static final String OFFSET = ",offset=";
    private static final Pattern IPV6 = Pattern.compile("\\[([^\\]]{1,64})\\]:([^,]{1,32})(.*)");
    private static final Pattern HOST = Pattern.compile("([^:]{0,64}):([^,]{1,32})(.*)");
    private static final Pattern VSOCK = Pattern.compile("([^:]{1,32}):([^,]{1,32})(.*)");
    private static final Pattern SIZE =
            Pattern.compile("(?:0[xX](\\p{XDigit}+)|(\\d+)([BKMGTP]?))");

    private MigrationUri() {}

    /**
     * Parses the text form.
     *
     * @param profile whose options a TCP address may have
     * @param names the descriptors that the address may name
     * @throws AddressException saying what is wrong with it
     */
    public static MigrationAddress parse(String uri, Profile profile, DescriptorNames names)
            throws AddressException {
        int colon = uri.indexOf(':');
        String protocol = colon < 0 ? "" : uri.substring(0, colon);
        String rest = uri.substring(colon + 1);
        return switch (protocol) {
            case "tcp" -> tcp(rest, profile);
            case "unix" -> unix(rest);
            case "file" -> file(rest);
            case "fd" -> descriptor(rest, profile, names);
            case "exec" -> MigrationAddress.Exec.shell(rest);
            case "vsock" -> vsock(rest);
            case "rdma" -> rdma(uri, rest, profile);
            default -> throw unknown(uri);
        };
    }

    /**
     * Parses what a person has typed: a refusal says what was probably meant, what QEMU would take
     * for the strange name of a host is refused, and a descriptor is one that was inherited.
     *
     * @throws AddressException saying what is wrong with it
     */
    public static MigrationAddress parseTyped(String uri, Profile profile) throws AddressException {
        if (uri.startsWith(SLASHES)) {
            throw new AddressException(
                    "no host begins with '//', did you mean 'tcp:%s'?"
                            .formatted(uri.substring(SLASHES.length())));
        }
        try {
            return parse(uri, profile, DescriptorNames.INHERITED);
        } catch (AddressException e) {
            throw new AddressException(e.getMessage() + HostPort.meant(uri));
        }
    }

    /** The refusal of a URI whose protocol does not exist. */
    public static AddressException unknown(String uri) {
        return new AddressException(UNKNOWN + uri);
    }

    private static MigrationAddress tcp(String text, Profile profile) throws AddressException {
        boolean bracketed = text.startsWith("[");
        Matcher matcher = (bracketed ? IPV6 : HOST).matcher(text);
        if (!matcher.matches()) {
            String what =
                    bracketed
                            ? "IPv6 address"
                            : text.startsWith(":") ? "port in address" : "address";
            throw new AddressException("error parsing " + what + " '" + text + "'");
        }
        return new MigrationAddress.Tcp(
                matcher.group(1), matcher.group(2), TcpOptionText.parse(matcher.group(3), profile));
    }

    private static MigrationAddress vsock(String text) throws AddressException {
        Matcher matcher = VSOCK.matcher(text);
        if (!matcher.matches()) {
            throw new AddressException("error parsing address '" + text + "'");
        }
        if (!matcher.group(3).isEmpty()) {
            throw new AddressException("trailing characters in address '" + text + "'");
        }
        return new MigrationAddress.Vsock(matcher.group(1), matcher.group(2));
    }

    private static MigrationAddress descriptor(String name, Profile profile, DescriptorNames names)
            throws AddressException {
        if (name.isEmpty() && profile.has(Trait.MIGRATE_CHANNELS)) {
            throw new AddressException("invalid file descriptor address");
        }
        return descriptor(profile, name, names);
    }

    static MigrationAddress descriptor(Profile profile, String name, DescriptorNames names) {
        return new MigrationAddress.Fd(name, names, profile.has(Trait.DESCRIPTOR_OF_FILE));
    }

    private static MigrationAddress rdma(String uri, String rest, Profile profile)
            throws AddressException {
        if (!profile.has(Trait.MIGRATE_CHANNELS)) {
            throw unknown(uri);
        }
        tcp(rest, profile);
        return absentRdma(uri, uri, profile);
    }

    /**
     * An address of RDMA, as a QEMU refuses it that was built without.
     *
     * @param named what a refusal calls it
     */
    static MigrationAddress absentRdma(String uri, String named, Profile profile) {
        return profile.has(Trait.PROTOCOL_REFUSALS_SHORT)
                ? new MigrationAddress.Absent(
                        uri, "uri is not a valid migration protocol", "unknown migration protocol")
                : new MigrationAddress.Absent(
                        uri, "Parameter 'uri' expects a valid migration protocol", UNKNOWN + named);
    }

    static MigrationAddress unix(String path) throws AddressException {
        if (path.isEmpty()) {
            throw new AddressException("invalid Unix socket address");
        }
        return new MigrationAddress.Unix(path(path));
    }

    private static MigrationAddress file(String text) throws AddressException {
        int option = text.indexOf(OFFSET);
        if (option < 0) {
            return file(text, 0);
        }
        return file(text.substring(0, option), offset(text.substring(option + OFFSET.length())));
    }

    static MigrationAddress file(String path, long offset) throws AddressException {
        if (path.isEmpty()) {
            throw new AddressException("file path is missing");
        }
        return new MigrationAddress.File(path(path), offset);
    }

    private static long offset(String text) throws AddressException {
        Matcher matcher = SIZE.matcher(text.toUpperCase(Locale.ROOT));
        if (matcher.matches()) {
            BigInteger value =
                    matcher.group(1) != null
                            ? new BigInteger(matcher.group(1), 16)
                            : new BigInteger(matcher.group(2))
                                    .shiftLeft(
                                            10 * Math.max(0, "BKMGTP".indexOf(matcher.group(3))));
            if (value.bitLength() < Long.SIZE) {
                return value.longValue();
            }
        }
        throw new AddressException("file URI has bad offset " + text);
    }

    private static Path path(String text) throws AddressException {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new AddressException("path '" + text.replace('\0', '?') + "' is not valid");
        }
    }
}
