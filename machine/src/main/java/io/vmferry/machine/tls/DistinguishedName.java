package io.vmferry.machine.tls;

import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;

/** The name of a certificate's subject in GnuTLS's form, in the order of the certificate. */
final class DistinguishedName {

    private static final Map<ASN1ObjectIdentifier, String> TYPES =
            Map.of(
                    BCStyle.CN, "CN",
                    BCStyle.O, "O",
                    BCStyle.OU, "OU",
                    BCStyle.C, "C",
                    BCStyle.ST, "ST",
                    BCStyle.L, "L",
                    BCStyle.DC, "DC",
                    BCStyle.UID, "UID",
                    BCStyle.SERIALNUMBER, "serialNumber",
                    BCStyle.EmailAddress, "EMAIL");

    private DistinguishedName() {}

    /** The form that QEMU gives to an authorisation, for example {@code C=GB,CN=laptop}. */
    static String of(X509Certificate certificate) {
        return parts(certificate).map(DistinguishedName::text).collect(Collectors.joining(","));
    }

    private static Stream<RDN> parts(X509Certificate certificate) {
        return Arrays.stream(
                X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()).getRDNs());
    }

    private static String text(RDN part) {
        return Arrays.stream(part.getTypesAndValues())
                .map(one ->
                        TYPES.getOrDefault(one.getType(), one.getType().getId())
                                + "="
                                + IETFUtils.valueToString(one.getValue()))
                .collect(Collectors.joining("+"));
    }

    /** The common names of the subject, without escapes. */
    static Stream<String> commonNames(X509Certificate certificate) {
        return parts(certificate)
                .map(RDN::getFirst)
                .filter(one -> BCStyle.CN.equals(one.getType()))
                .map(AttributeTypeAndValue::getValue)
                .map(Object::toString);
    }
}
