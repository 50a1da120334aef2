package io.vmferry.machine.tls;

import io.vmferry.machine.net.SocketFailure;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/**
 * The folder of a credential's files, in the layout that QEMU has.
 *
 * @param folder as given, since QEMU's messages show it so
 * @param toRead whether it also has to be allowed to read a file, as since 10.2
 */
record CredentialFiles(String folder, boolean toRead) {

    /** Longest file that is read; real ones have a few kilobytes. */
    static final long MAX_BYTES = 4 << 20;

    /** The reason why GnuTLS, and nothing of QEMU before it, cannot read a file. */
    static final String UNREADABLE = "Error while reading file.";

    /** The folder of an object's property {@code dir}. */
    static CredentialFiles in(Optional<String> dir, Profile profile) throws CredentialsException {
        return new CredentialFiles(
                dir.orElseThrow(CredentialFiles::missing),
                profile.has(Trait.CREDENTIALS_OF_CHAINS));
    }

    /** The refusal of an object without that property. */
    static CredentialsException missing() {
        return new CredentialsException("Missing 'dir' property value");
    }

    /** The path of a file, whether or not it is there. */
    String path(String name) {
        return folder + "/" + name;
    }

    /** The path of a file that has to be there. */
    String required(String name) throws CredentialsException {
        return optional(name).orElseThrow(() -> inaccessible(name, "No such file or directory"));
    }

    /** The path of a file that may be missing, if it is there. */
    Optional<String> optional(String name) throws CredentialsException {
        try {
            Files.readAttributes(Path.of(path(name)), BasicFileAttributes.class);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            throw inaccessible(name, SocketFailure.reason(e));
        }
        if (toRead && !readable(path(name))) {
            throw inaccessible(name, "Permission denied");
        }
        return Optional.of(path(name));
    }

    private CredentialsException inaccessible(String name, String reason) {
        return new CredentialsException(
                "Unable to access credentials %s: %s".formatted(path(name), reason));
    }

    /** Whether this process may read a file. */
    static boolean readable(String path) {
        return Files.isReadable(Path.of(path));
    }

    /**
     * Reads a file.
     *
     * @throws IOException whose message is the reason alone
     */
    static String read(String path) throws IOException {
        Path file = Path.of(path);
        try {
            if (Files.isDirectory(file)) {
                throw new IOException("Is a directory");
            }
            if (Files.size(file) > MAX_BYTES) {
                throw new IOException("File too large");
            }
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new IOException(SocketFailure.reason(e), e);
        }
    }

    /** The reason why a file cannot be read, in the words of GLib. */
    static String unopened(String path, IOException e) {
        return "Failed to open file “%s”: %s".formatted(path, e.getMessage());
    }
}
