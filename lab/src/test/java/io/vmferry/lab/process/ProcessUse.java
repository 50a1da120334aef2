package io.vmferry.lab.process;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The resources of a process at one moment, as reported by the kernel.
 *
 * @param descriptors open files and sockets
 * @param residentBytes memory, without the guest's
 */
public record ProcessUse(int descriptors, int threads, long residentBytes) {

    private static final Pattern RESIDENT = Pattern.compile("(?m)^VmRSS:\\s*(\\d+) kB$");
    private static final Pattern THREADS = Pattern.compile("(?m)^Threads:\\s*(\\d+)$");
    private static final Pattern SIZE = Pattern.compile("Size:\\s*(\\d+) kB");
    private static final Pattern RESIDENT_PART = Pattern.compile("Rss:\\s*(\\d+) kB");

    /**
     * Reads the resources of a process.
     *
     * @param guestBytes the RAM of its guest, larger than any other mapping; 0 where there is none
     */
    public static ProcessUse of(long pid, long guestBytes) throws IOException {
        Path process = Path.of("/proc", Long.toString(pid));
        String status = Files.readString(process.resolve("status"));
        long guest = guestBytes == 0 ? 0 : residentGuestBytes(process, guestBytes);
        return new ProcessUse(
                descriptors(process),
                (int) number(THREADS, status),
                (number(RESIDENT, status) << 10) - guest);
    }

    private static int descriptors(Path process) throws IOException {
        int count = 0;
        try (DirectoryStream<Path> open = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path _ : open) {
                count++;
            }
        }
        return count;
    }

    private static long residentGuestBytes(Path process, long guestBytes) throws IOException {
        long resident = 0;
        boolean guest = false;
        for (String line : Files.readAllLines(process.resolve("smaps"))) {
            Matcher size = SIZE.matcher(line);
            Matcher part = RESIDENT_PART.matcher(line);
            if (size.lookingAt()) {
                guest = Long.parseLong(size.group(1)) << 10 >= guestBytes;
            } else if (guest && part.lookingAt()) {
                resident += Long.parseLong(part.group(1)) << 10;
            }
        }
        return resident;
    }

    private static long number(Pattern wanted, String status) throws IOException {
        Matcher found = wanted.matcher(status);
        if (!found.find()) {
            throw new NoSuchFileException("No " + wanted + " in the status of a process");
        }
        return Long.parseLong(found.group(1));
    }
}
