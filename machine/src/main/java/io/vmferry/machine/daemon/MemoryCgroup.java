package io.vmferry.machine.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * The control group that limits the memory of this process, as the one of a container does: of
 * version 1 or 2, with the groups around it.
 */
final class MemoryCgroup {

    /** Version 1 has no word for "no limit", but the largest number of whole pages. */
    private static final long UNLIMITED_BYTES = 1L << 60;

    private static final String CONTROLLER = "memory";

    private final Path proc;

    /**
     * @param proc {@code /proc/self}, or a folder with the same files
     */
    MemoryCgroup(Path proc) {
        this.proc = proc;
    }

    /** The smallest limit in bytes; empty without one, and where there are no control groups. */
    OptionalLong limitBytes() {
        try {
            List<String> groups = Files.readAllLines(proc.resolve("cgroup"));
            List<Mount> mounts =
                    Files.readAllLines(proc.resolve("mountinfo")).stream()
                            .flatMap(line -> Mount.of(line).stream())
                            .toList();
            return groups.stream()
                    .map(Membership::of)
                    .flatMapToLong(
                            group -> mounts.stream().flatMapToLong(mount -> mount.limits(group)))
                    .min();
        } catch (IOException unreadable) {
            return OptionalLong.empty();
        }
    }

    /**
     * A line of {@code /proc/self/cgroup}: the hierarchy's controllers, none for version 2, and the
     * group there.
     */
    private record Membership(List<String> controllers, Path group) {

        static Membership of(String line) {
            String[] fields = line.split(":", 3);
            return new Membership(
                    fields[1].isEmpty() ? List.of() : List.of(fields[1].split(",", -1)),
                    Path.of(fields[2]));
        }
    }

    /**
     * A hierarchy as {@code /proc/self/mountinfo} shows it.
     *
     * @param root the group that is mounted
     * @param at where
     * @param unified whether it is of version 2
     */
    private record Mount(Path root, Path at, boolean unified) {

        /** The form is {@code ID PARENT DEVICE ROOT AT OPTIONS [TAG…] - TYPE SOURCE OPTIONS}. */
        static Optional<Mount> of(String line) {
            String[] halves = line.split(" - ", 2);
            String[] mount = halves[0].split(" ", -1);
            String[] type = halves[halves.length - 1].split(" ", -1);
            if (halves.length < 2 || mount.length < 5 || type.length < 3) {
                return Optional.empty();
            }
            boolean unified = type[0].equals("cgroup2");
            boolean limits =
                    unified
                            || (type[0].equals("cgroup")
                                    && Arrays.asList(type[2].split(",", -1)).contains(CONTROLLER));
            return limits
                    ? Optional.of(new Mount(Path.of(mount[3]), Path.of(mount[4]), unified))
                    : Optional.empty();
        }

        /** The limits of a group and of all groups around it that are visible here. */
        LongStream limits(Membership member) {
            boolean here =
                    unified
                            ? member.controllers.isEmpty()
                            : member.controllers.contains(CONTROLLER);
            if (!here) {
                return LongStream.empty();
            }
            return Stream.iterate(
                            folder(member.group),
                            folder -> folder != null && folder.startsWith(at),
                            Path::getParent)
                    .map(folder -> folder.resolve(unified ? "memory.max" : "memory.limit_in_bytes"))
                    .flatMapToLong(file -> limit(file).stream());
        }

        /** A group beyond the root of a namespace or a mount is seen as the root. */
        private Path folder(Path group) {
            if (!group.startsWith(root)) {
                return at;
            }
            Path folder = at.resolve(root.relativize(group)).normalize();
            return folder.startsWith(at) && Files.isDirectory(folder) ? folder : at;
        }

        private static OptionalLong limit(Path file) {
            try {
                long bytes = Long.parseLong(Files.readString(file).strip());
                return bytes < UNLIMITED_BYTES ? OptionalLong.of(bytes) : OptionalLong.empty();
            } catch (IOException | NumberFormatException absentOrMax) {
                return OptionalLong.empty();
            }
        }
    }
}
