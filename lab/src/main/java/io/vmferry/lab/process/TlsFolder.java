package io.vmferry.lab.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A folder of TLS credentials that {@code scripts/tls-credentials} has made. */
public record TlsFolder(Path path) {

    private static final String AUTHORITY = "ca-cert.pem";

    /**
     * Makes a folder.
     *
     * @param options of the script
     */
    public static TlsFolder make(Path folder, String... options)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Nodes.scripts().resolve("tls-credentials").toString());
        command.addAll(List.of(options));
        command.add(folder.toString());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(command + " failed: " + said);
        }
        return new TlsFolder(folder);
    }

    /** A folder of the same authority, without a certificate for a client. */
    public TlsFolder withoutClient(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.copy(path.resolve(AUTHORITY), folder.resolve(AUTHORITY));
        return new TlsFolder(folder);
    }
}
