package io.vmferry.machine.tls;

import io.netty.util.NetUtil;
import java.net.IDN;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Compares the name of a host with those in its certificate, as GnuTLS does. */
final class HostNames {

    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    private HostNames() {}

    /** Whether a certificate is one of a host, which may be an address. */
    static boolean match(X509Certificate certificate, String host) {
        byte[] address = NetUtil.createByteArrayFromIpAddressString(host);
        if (address != null && hasAddress(certificate, address)) {
            return true;
        }
        List<String> names = alternatives(certificate, DNS_NAME);
        List<String> candidates =
                names.isEmpty() ? DistinguishedName.commonNames(certificate).toList() : names;
        String wanted = ascii(host);
        return candidates.stream().anyMatch(name -> matches(ascii(name), wanted));
    }

    private static boolean hasAddress(X509Certificate certificate, byte[] address) {
        return alternatives(certificate, IP_ADDRESS).stream()
                .map(NetUtil::createByteArrayFromIpAddressString)
                .anyMatch(named -> Arrays.equals(named, address));
    }

    private static List<String> alternatives(X509Certificate certificate, int type) {
        List<String> names = new ArrayList<>();
        try {
            Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            for (List<?> entry : all == null ? List.<List<?>>of() : all) {
                if (Integer.valueOf(type).equals(entry.getFirst())) {
                    names.add(String.valueOf(entry.get(1)));
                }
            }
        } catch (CertificateParsingException e) {
            // without names that can be read none matches
        }
        return names;
    }

    private static String ascii(String name) {
        try {
            return IDN.toASCII(name).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            return name.toLowerCase(Locale.ROOT);
        }
    }

    /** A wildcard stands for the first label of a name that has at least three. */
    private static boolean matches(String pattern, String host) {
        if (!pattern.startsWith("*.")) {
            return pattern.equals(host);
        }
        String suffix = pattern.substring(1);
        int dot = host.indexOf('.');
        return dot > 0 && suffix.indexOf('.', 1) > 0 && host.substring(dot).equals(suffix);
    }
}
