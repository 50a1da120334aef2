package io.vmferry.machine.daemon;

import io.vmferry.machine.daemon.ExitCode.NodeFailure;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.monitor.MonitorAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The files named on a command line, each of which must have one purpose. */
final class NamedFiles {

    private final Map<Path, String> purposes = new HashMap<>();

    private NamedFiles() {}

    /**
     * Checks all files of a node.
     *
     * @param option that names the address of its migration
     * @throws NodeFailure of kind usage, about the first file with two purposes
     */
    static void requireDifferent(NodeSpec spec, String option, Optional<MigrationAddress> address)
            throws NodeFailure {
        NamedFiles files = new NamedFiles();
        files.add("--lease", spec.lease());
        files.add("--memory-image", spec.memoryImage());
        files.add(option, address.flatMap(NamedFiles::path));
        for (MonitorAddress monitor : spec.monitors()) {
            files.add("--qmp", path(monitor));
        }
        files.add("--health-socket", spec.healthSocket());
    }

    private static Optional<Path> path(MigrationAddress address) {
        return switch (address) {
            case MigrationAddress.File(Path path, long _) -> Optional.of(path);
            case MigrationAddress.Unix(Path path) -> Optional.of(path);
            case MigrationAddress.Tcp _,
                    MigrationAddress.AbstractUnix _,
                    MigrationAddress.Vsock _,
                    MigrationAddress.Fd _,
                    MigrationAddress.Exec _,
                    MigrationAddress.Absent _ ->
                    Optional.empty();
        };
    }

    private static Optional<Path> path(MonitorAddress monitor) {
        return switch (monitor) {
            case MonitorAddress.UnixMonitor(String path) -> Optional.of(Path.of(path));
            case MonitorAddress.TcpMonitor _,
                    MonitorAddress.SecureMonitor _,
                    MonitorAddress.InheritedMonitor _ ->
                    Optional.empty();
        };
    }

    private void add(String option, Optional<Path> file) throws NodeFailure {
        if (file.isEmpty()) {
            return;
        }
        String other = purposes.put(real(file.get()), option);
        if (other != null) {
            throw NodeFailure.usage(
                    other.equals(option)
                            ? "%s %s is given twice".formatted(option, file.get())
                            : "%s and %s are the same file: %s"
                                    .formatted(other, option, file.get()));
        }
    }

    /** The canonical path of a file, which may not exist yet. */
    private static Path real(Path file) {
        try {
            return file.toRealPath();
        } catch (IOException notThere) {
            return file.toAbsolutePath().normalize();
        }
    }
}
