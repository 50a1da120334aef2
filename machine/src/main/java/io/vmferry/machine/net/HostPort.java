package io.vmferry.machine.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A TCP address to listen at, {@code HOST:PORT} with an IPv6 address in brackets.
 *
 * @param port 0 takes any
 */
public record HostPort(String host, int port) {

    private static final Pattern FORM =
            Pattern.compile("(?:\\[([^\\]]+)\\]|([^:\\[\\]]+)):([0-9]{1,5})");

    private static final int LARGEST_PORT = 0xFFFF;

    /** What an address may begin with, here or in QEMU; no name of a host. */
    private static final Set<String> PROTOCOLS =
            Set.of("tcp", "unix", "file", "fd", "exec", "rdma", "vsock");

    /** Reads the text form; empty when it is malformed. */
    public static Optional<HostPort> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches() || Integer.parseInt(matcher.group(3)) > LARGEST_PORT) {
            return Optional.empty();
        }
        String host = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
        return Optional.of(new HostPort(host, Integer.parseInt(matcher.group(3))));
    }

    /** The question about an address that lacks its protocol; empty if it is none. */
    public static String meant(String address) {
        if (parse(address).filter(found -> !PROTOCOLS.contains(found.host())).isPresent()) {
            return ", did you mean 'tcp:" + address + "'?";
        }
        boolean path = address.contains("/") && !address.contains(":");
        return path ? ", did you mean 'unix:" + address + "'?" : "";
    }

    /**
     * Whether other machines could reach it; false for a name that nobody knows. May block for the
     * lookup of a name.
     */
    public boolean reachableByOthers() {
        try {
            return !InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /**
     * The address to bind. May block for the lookup of a name.
     *
     * @param remoteAllowed whether other machines may be able to reach it
     * @param refusal the reason given when they would be, and the option that allows it
     */
    public InetSocketAddress resolve(boolean remoteAllowed, String refusal) throws IOException {
        InetAddress address;
        try {
            address = InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new IOException("no such host", e);
        }
        if (!address.isLoopbackAddress() && !remoteAllowed) {
            throw new IOException("other machines could reach it" + refusal);
        }
        return new InetSocketAddress(address, port);
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
