package io.vmferry.lab.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The kernel's account of a process's memory. */
public final class ProcessMemory {

    private static final Pattern PEAK = Pattern.compile("(?m)^VmHWM:\\s*(\\d+) kB$");

    private ProcessMemory() {}

    /** The most that was ever resident, VmHWM: everything, mapped files included. */
    public static long peakResidentBytes(long pid) throws IOException {
        Path status = Path.of("/proc", Long.toString(pid), "status");
        Matcher peak = PEAK.matcher(Files.readString(status));
        if (!peak.find()) {
            throw new AssertionError("No VmHWM in " + status);
        }
        return Long.parseLong(peak.group(1)) << 10;
    }
}
