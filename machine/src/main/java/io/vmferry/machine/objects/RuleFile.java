package io.vmferry.machine.objects;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vmferry.machine.net.SocketFailure;
import io.vmferry.machine.tls.CredentialsException;
import io.vmferry.machine.tls.PeerAuthorization;
import io.vmferry.protocol.Worded;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.schema.ObjectTypes;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rules of a file of JSON, read again on a thread of its own when the file changes. Nobody is
 * allowed while the file cannot be read.
 */
final class RuleFile implements PeerAuthorization, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RuleFile.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long MAX_BYTES = 1 << 20;

    private final String name;
    private final Path file;
    private final Optional<WatchService> watch;
    private final Runnable whenRead;
    private volatile Optional<RuleList> rules;

    private RuleFile(
            String name,
            Path file,
            Optional<WatchService> watch,
            RuleList rules,
            Runnable whenRead) {
        this.name = name;
        this.file = file;
        this.watch = watch;
        this.rules = Optional.of(rules);
        this.whenRead = whenRead;
    }

    /**
     * Reads a file.
     *
     * @param refresh whether to watch it
     */
    static RuleFile open(String name, boolean refresh) throws CredentialsException {
        return open(name, refresh, () -> {});
    }

    /**
     * The same.
     *
     * @param whenRead runs when the file has been read again, on the thread that does it
     */
    static RuleFile open(String name, boolean refresh, Runnable whenRead)
            throws CredentialsException {
        Path file;
        try {
            file = Path.of(name);
        } catch (InvalidPathException e) {
            throw unreadable(name, e.getReason());
        }
        RuleList rules = read(name, file);
        if (!refresh) {
            return new RuleFile(name, file, Optional.empty(), rules, whenRead);
        }
        Path folder = file.getParent();
        if (folder == null) {
            throw new CredentialsException("Filename must be an absolute path");
        }
        try {
            WatchService watch = folder.getFileSystem().newWatchService();
            folder.register(
                    watch,
                    StandardWatchEventKinds.ENTRY_CREATE,
                    StandardWatchEventKinds.ENTRY_MODIFY);
            RuleFile opened = new RuleFile(name, file, Optional.of(watch), rules, whenRead);
            Thread.ofPlatform().daemon().name("authz-listfile").start(() -> opened.follow(watch));
            return opened;
        } catch (IOException e) {
            throw unreadable(name, SocketFailure.reason(e));
        }
    }

    private static CredentialsException unreadable(String name, String reason) {
        return new CredentialsException(
                "Unable to read '%s': Failed to open file “%s”: %s".formatted(name, name, reason));
    }

    private static RuleList read(String name, Path file) throws CredentialsException {
        JsonNode json;
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw unreadable(name, "File too large");
            }
            json = JSON.readTree(Files.readAllBytes(file));
        } catch (JsonProcessingException e) {
            throw new CredentialsException(
                    "File '%s' is not JSON: %s".formatted(name, e.getOriginalMessage()));
        } catch (IOException e) {
            throw unreadable(name, SocketFailure.reason(e));
        }
        if (!json.isObject()) {
            throw new CredentialsException("File '%s' must contain a JSON object".formatted(name));
        }
        try {
            ObjectTypes.RULES.check(json);
        } catch (QmpException e) {
            throw new CredentialsException(Worded.of(e));
        }
        return RuleList.of(json);
    }

    private void follow(WatchService changes) {
        try {
            while (true) {
                WatchKey key = changes.take();
                boolean ours =
                        key.pollEvents().stream()
                                .anyMatch(event -> file.getFileName().equals(event.context()));
                if (ours) {
                    readAgain();
                }
                if (!key.reset()) {
                    return;
                }
            }
        } catch (ClosedWatchServiceException | InterruptedException e) {
            // the object has been deleted
        }
    }

    private void readAgain() {
        try {
            rules = Optional.of(read(name, file));
        } catch (CredentialsException e) {
            rules = Optional.empty();
            LOG.error("{}; nobody is allowed until it can be read", e.getMessage());
        }
        whenRead.run();
    }

    @Override
    public boolean allows(String identity) {
        return rules.map(known -> known.allows(identity)).orElse(false);
    }

    @Override
    public void close() {
        try {
            if (watch.isPresent()) {
                watch.get().close();
            }
        } catch (IOException e) {
            LOG.debug("The watch of {} did not end: {}", name, e.getMessage());
        }
    }
}
