package io.vmferry.machine.lease;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A lease by the operating system's lock on a file that both nodes can reach. The lock ends with
 * the process, however it ends; the file stays. While the lease is held the file names its owner,
 * for a person who looks. Its second line counts how often the lease was taken, which tells a
 * former owner whether somebody else has had it since.
 */
public final class FileLease implements Lease, AutoCloseable {

    private static final int MAX_CONTENT_BYTES = 512;
    private static final Pattern TAKEN = Pattern.compile("(?m)^taken (\\d{1,18}) times$");

    /**
     * Files that this process has locked. A POSIX lock belongs to the process and is lost as soon
     * as any of its descriptors of the file is closed, so a second lease must not even open it.
     */
    private static final Set<Path> LOCKED_HERE = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final String owner;
    private FileChannel channel;
    private long taken;
    private boolean passedOn;
    private Optional<String> lastFailure = Optional.empty();

    private FileLease(Path path, String owner) {
        this.path = path;
        this.owner = owner;
    }

    /**
     * Prepares a lease on a file, created when missing; does not take it.
     *
     * @param ownerName what the file calls the holder, next to the process id
     * @throws IOException with one line that names the file, when it cannot be opened for writing
     */
    public static FileLease on(Path path, String ownerName) throws IOException {
        try {
            if (!Files.exists(path)) {
                Files.write(path, new byte[0], StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            }
            if (Files.isDirectory(path) || !Files.isWritable(path)) {
                throw new IOException("not a writable file");
            }
            return new FileLease(
                    path.toRealPath(), "pid " + ProcessHandle.current().pid() + " " + ownerName);
        } catch (IOException e) {
            throw new IOException("Lease file " + path + " cannot be used: " + reason(e), e);
        }
    }

    private static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "no such directory";
            case AccessDeniedException _ -> "permission denied";
            default -> e.getMessage();
        };
    }

    @Override
    public boolean take() {
        if (channel != null) {
            return true;
        }
        if (!LOCKED_HERE.add(path)) {
            lastFailure = Optional.of("held by another lease of this process");
            return false;
        }
        lastFailure = Optional.empty();
        try {
            channel = lock();
        } catch (IOException e) {
            lastFailure = Optional.of(e.getMessage());
        }
        if (channel == null) {
            LOCKED_HERE.remove(path);
        }
        return channel != null;
    }

    @Override
    public void giveUp() {
        if (channel == null) {
            return;
        }
        try (FileChannel closing = channel) {
            write(closing, ""); // closing the file gives the lock back
        } catch (IOException e) {
            lastFailure = Optional.of(e.getMessage());
        } finally {
            channel = null;
            LOCKED_HERE.remove(path);
        }
    }

    @Override
    public boolean held() {
        return channel != null;
    }

    @Override
    public boolean passedOn() {
        return passedOn;
    }

    /**
     * Tries the lock only if somebody has taken the lease since: whoever is about to take it must
     * not find it locked by one who looks.
     */
    @Override
    public Whereabouts whereabouts() {
        if (!LOCKED_HERE.add(path)) {
            return Whereabouts.HELD_ELSEWHERE;
        }
        try (FileChannel file =
                FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            if (takenBefore(file) == taken) {
                return Whereabouts.UNCLAIMED;
            }
            FileLock lock = file.tryLock(); // closing the file gives it back
            return lock == null ? Whereabouts.HELD_ELSEWHERE : Whereabouts.ABANDONED;
        } catch (IOException e) {
            lastFailure = Optional.of(e.getMessage());
            return Whereabouts.UNKNOWN;
        } finally {
            LOCKED_HERE.remove(path);
        }
    }

    /** The lease file and, where the last attempt to take it failed, why. */
    @Override
    public String description() {
        return "lease " + path + lastFailure.map(reason -> " (" + reason + ")").orElse("");
    }

    /** Same as {@link #giveUp}. */
    @Override
    public void close() {
        giveUp();
    }

    /** The open file with the lock on it, or null when someone else has it. */
    private FileChannel lock() throws IOException {
        FileChannel file =
                FileChannel.open(
                        path,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        try {
            FileLock lock = file.tryLock();
            if (lock == null) {
                lastFailure = Optional.of("held by " + nameIn(file));
                file.close();
                return null;
            }
            long before = takenBefore(file);
            passedOn = taken > 0 && before != taken;
            taken = before + 1;
            write(file, owner);
            return file;
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    private void write(FileChannel file, String name) throws IOException {
        String content = name + "\ntaken " + taken + " times\n";
        file.truncate(0);
        file.write(ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8)), 0);
    }

    /** How often the lease was taken, by anybody; 0 for a file that does not tell. */
    private static long takenBefore(FileChannel file) throws IOException {
        Matcher counted = TAKEN.matcher(content(file));
        return counted.find() ? Long.parseLong(counted.group(1)) : 0;
    }

    private static String nameIn(FileChannel file) throws IOException {
        String name = content(file).lines().findFirst().orElse("");
        return name.isBlank() ? "another process" : name;
    }

    private static String content(FileChannel file) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(MAX_CONTENT_BYTES);
        file.read(content, 0);
        return StandardCharsets.UTF_8.decode(content.flip()).toString();
    }
}
