package io.vmferry.lab.comparison;

import io.vmferry.machine.tls.TestAuthority;
import io.vmferry.machine.tls.TestAuthority.Leaf;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x509.KeyPurposeId;

/**
 * Folders of credentials that do not fit each other, and the objects of both ends that use them.
 */
record MismatchedFolders(List<String> clientObjects, List<String> serverObjects) {

    static MismatchedFolders in(Path folder) {
        MismatchedFolders made = new MismatchedFolders(new ArrayList<>(), new ArrayList<>());
        TestAuthority ours = new TestAuthority("Authority", true);
        TestAuthority theirs = new TestAuthority("Stranger", true);
        Instant past = Instant.now().minusSeconds(60);

        made.client(folder, "bare", ours, Optional.empty());
        made.client(folder, "client", ours, Optional.of(ours.issue(new Leaf("client"))));
        made.client(folder, "stranger", theirs, Optional.of(theirs.issue(new Leaf("client"))));
        made.client(folder, "foreign", ours, Optional.of(theirs.issue(new Leaf("client"))));
        made.client(
                folder,
                "expired-client",
                ours,
                Optional.of(ours.issue(new Leaf("client").until(past))));
        made.client(
                folder,
                "server-as-client",
                ours,
                Optional.of(
                        ours.issue(
                                new Leaf("client").purpose(true, KeyPurposeId.id_kp_serverAuth))));

        made.server(folder, "server", ours, ours.issue(host()));
        made.server(folder, "other", ours, ours.issue(new Leaf("other").named("other.example")));
        made.server(folder, "expired-server", ours, ours.issue(host().until(past)));
        made.server(
                folder,
                "client-as-server",
                ours,
                ours.issue(host().purpose(true, KeyPurposeId.id_kp_clientAuth)));
        made.others(folder);
        return made;
    }

    private static Leaf host() {
        return new Leaf("localhost").named("localhost").at("127.0.0.1");
    }

    private void client(
            Path parent, String name, TestAuthority trusted, Optional<TestAuthority.Issued> own) {
        clientObjects.add(x509(name, folder(parent, name, trusted, own, "client"), "client"));
    }

    private void server(Path parent, String name, TestAuthority trusted, TestAuthority.Issued own) {
        serverObjects.add(
                x509(name, folder(parent, name, trusted, Optional.of(own), "server"), "server"));
    }

    private static Path folder(
            Path parent,
            String name,
            TestAuthority trusted,
            Optional<TestAuthority.Issued> own,
            String end) {
        Path folder = parent.resolve(name);
        trusted.into(folder);
        own.ifPresent(issued -> TestAuthority.write(issued, folder, end));
        return folder;
    }

    /** Without the check of one's own files, so that the peer is who refuses. */
    private static String x509(String id, Path folder, String end) {
        return "{'qom-type':'tls-creds-x509','id':'%s','endpoint':'%s','dir':'%s','sanity-check':false}"
                .formatted(id, end, folder);
    }

    private void others(Path parent) {
        clientObjects.add(preShared("psk", key(parent, "psk", "00112233"), "client"));
        serverObjects.add(preShared("psk", key(parent, "psk", "00112233"), "server"));
        serverObjects.add(preShared("other-psk", key(parent, "other-psk", "33221100"), "server"));
        clientObjects.add("{'qom-type':'tls-creds-anon','id':'anon','endpoint':'client'}");
        clientObjects.add("{'qom-type':'tls-creds-anon','id':'wrong-end','endpoint':'server'}");
        serverObjects.add("{'qom-type':'tls-creds-anon','id':'wrong-end','endpoint':'client'}");
        String friends = "{'qom-type':'authz-simple','id':'friends','identity':'CN=friend'}";
        clientObjects.add(friends);
        serverObjects.add(friends);
    }

    private static String preShared(String id, Path folder, String end) {
        return "{'qom-type':'tls-creds-psk','id':'%s','endpoint':'%s','dir':'%s'}"
                .formatted(id, end, folder);
    }

    private static Path key(Path parent, String name, String key) {
        try {
            Path folder = Files.createDirectories(parent.resolve(name));
            Files.writeString(folder.resolve("keys.psk"), "qemu:%s\n".formatted(key.repeat(4)));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
