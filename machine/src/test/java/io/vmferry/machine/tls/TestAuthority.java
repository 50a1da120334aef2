package io.vmferry.machine.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.concurrent.atomic.AtomicInteger;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V2TBSCertListGenerator;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/** An authority whose certificates live for an hour, and the files that they are in. */
public final class TestAuthority {

    private static final AlgorithmIdentifier ECDSA =
            new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);
    private static final AlgorithmIdentifier RSA =
            new AlgorithmIdentifier(
                    PKCSObjectIdentifiers.sha256WithRSAEncryption, DERNull.INSTANCE);
    private static final int RSA_BITS = 2048;
    private static final AtomicInteger SERIAL = new AtomicInteger();

    private final X500Name name;
    private final boolean rsa;
    private final KeyPair keys;
    private final X509Certificate certificate;

    /** One with elliptic curves, which are made at once. */
    public TestAuthority(String commonName) {
        this(commonName, false);
    }

    /**
     * @param rsa whether it has RSA keys, which every GnuTLS reads from what Java writes
     */
    public TestAuthority(String commonName, boolean rsa) {
        this.name = new X500Name("CN=" + commonName);
        this.rsa = rsa;
        this.keys = newKeys(rsa);
        this.certificate = new Leaf(commonName).asAuthority(true).by(name, keys.getPrivate(), keys);
    }

    private static KeyPair newKeys(boolean rsa) {
        try {
            if (rsa) {
                KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
                generator.initialize(RSA_BITS);
                return generator.generateKeyPair();
            }
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The authority's own certificate. */
    X509Certificate certificate() {
        return certificate;
    }

    /** A certificate with its key. */
    public record Issued(X509Certificate certificate, PrivateKey key) {}

    /** Issues a certificate. */
    public Issued issue(Leaf leaf) {
        KeyPair own = newKeys(rsa);
        return new Issued(leaf.by(name, keys.getPrivate(), own), own.getPrivate());
    }

    /** Writes the authority's certificate into a folder. */
    public TestAuthority into(Path folder) {
        write(folder, "ca-cert.pem", pem("CERTIFICATE", encoded(certificate)));
        return this;
    }

    /** Writes the list of one revoked certificate into a folder. */
    void revoke(X509Certificate revoked, Path folder) {
        V2TBSCertListGenerator list = new V2TBSCertListGenerator();
        list.setIssuer(name);
        list.setSignature(algorithm(keys.getPrivate()));
        list.setThisUpdate(new Time(Date.from(Instant.now().minusSeconds(60))));
        list.setNextUpdate(new Time(Date.from(Instant.now().plusSeconds(3600))));
        list.addCRLEntry(
                new ASN1Integer(revoked.getSerialNumber()),
                new Time(Date.from(Instant.now().minusSeconds(60))),
                0);
        write(
                folder,
                "ca-crl.pem",
                pem("X509 CRL", signed(list.generateTBSCertList(), keys.getPrivate())));
    }

    /** Writes a certificate and its key into a folder. */
    public static void write(Issued issued, Path folder, String end) {
        write(folder, end + "-cert.pem", pem("CERTIFICATE", encoded(issued.certificate())));
        write(folder, end + "-key.pem", pem("PRIVATE KEY", issued.key().getEncoded()));
    }

    /** A folder with all that two ends need: a server for {@code localhost}, and a client. */
    public static Path goodFolder(Path parent) {
        Path folder = parent.resolve("good");
        TestAuthority authority = new TestAuthority("Test CA").into(folder);
        write(
                authority.issue(new Leaf("localhost").named("localhost").at("127.0.0.1")),
                folder,
                "server");
        write(authority.issue(new Leaf("client.example")), folder, "client");
        return folder;
    }

    private static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static String pem(String label, byte[] content) {
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                .formatted(
                        label,
                        Base64.getMimeEncoder(64, new byte[] {10}).encodeToString(content),
                        label);
    }

    static void write(Path folder, String name, String text) {
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static AlgorithmIdentifier algorithm(PrivateKey key) {
        return key.getAlgorithm().equals("RSA") ? RSA : ECDSA;
    }

    private static byte[] signed(ASN1Encodable content, PrivateKey key) {
        try {
            Signature signature =
                    Signature.getInstance(
                            "SHA256with" + (key.getAlgorithm().equals("RSA") ? "RSA" : "ECDSA"));
            signature.initSign(key);
            signature.update(content.toASN1Primitive().getEncoded("DER"));
            return new DERSequence(
                            new ASN1Encodable[] {
                                content, algorithm(key), new DERBitString(signature.sign())
                            })
                    .getEncoded();
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What a certificate is to say. */
    public static final class Leaf {

        private final X500Name subject;
        private final ExtensionsGenerator extensions = new ExtensionsGenerator();
        private final java.util.List<GeneralName> names = new java.util.ArrayList<>();
        private Instant from = Instant.now().minus(Duration.ofMinutes(5));
        private Instant until = Instant.now().plus(Duration.ofHours(1));

        /** A certificate of a name, or of a whole distinguished name. */
        public Leaf(String name) {
            this.subject = new X500Name(name.contains("=") ? name : "CN=" + name);
        }

        /** Adds the name of a host. */
        public Leaf named(String host) {
            names.add(new GeneralName(GeneralName.dNSName, host));
            return this;
        }

        /** Adds an address. */
        public Leaf at(String address) {
            names.add(new GeneralName(GeneralName.iPAddress, address));
            return this;
        }

        Leaf asAuthority(boolean authority) {
            return with(Extension.basicConstraints, true, new BasicConstraints(authority));
        }

        Leaf usage(boolean critical, int bits) {
            return with(Extension.keyUsage, critical, new KeyUsage(bits));
        }

        /** What it may be used for alone. */
        public Leaf purpose(boolean critical, KeyPurposeId purpose) {
            return with(Extension.extendedKeyUsage, critical, new ExtendedKeyUsage(purpose));
        }

        /** When it expires. */
        public Leaf until(Instant end) {
            until = end;
            return this;
        }

        Leaf from(Instant begin) {
            from = begin;
            return this;
        }

        private Leaf with(
                org.bouncycastle.asn1.ASN1ObjectIdentifier id,
                boolean critical,
                ASN1Encodable value) {
            try {
                extensions.addExtension(id, critical, value);
                return this;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private X509Certificate by(X500Name issuer, PrivateKey issuerKey, KeyPair own) {
            if (!names.isEmpty()) {
                with(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(names.toArray(GeneralName[]::new)));
            }
            V3TBSCertificateGenerator generator = new V3TBSCertificateGenerator();
            generator.setSerialNumber(
                    new ASN1Integer(BigInteger.valueOf(SERIAL.incrementAndGet())));
            generator.setIssuer(issuer);
            generator.setSubject(subject);
            generator.setStartDate(new Time(Date.from(from)));
            generator.setEndDate(new Time(Date.from(until)));
            generator.setSignature(algorithm(issuerKey));
            generator.setSubjectPublicKeyInfo(
                    SubjectPublicKeyInfo.getInstance(own.getPublic().getEncoded()));
            if (!extensions.isEmpty()) {
                generator.setExtensions(extensions.generate());
            }
            TBSCertificate content = generator.generateTBSCertificate();
            try {
                return (X509Certificate)
                        CertificateFactory.getInstance("X.509")
                                .generateCertificate(
                                        new ByteArrayInputStream(signed(content, issuerKey)));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
