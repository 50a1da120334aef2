package io.vmferry.lab.bench;

import io.vmferry.lab.process.ChildProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The size of another JVM's Java heap, read with {@code jcmd}.
 *
 * @param committedBytes reserved from the machine
 * @param maxBytes the upper limit
 */
record JavaHeap(long committedBytes, long maxBytes) {

    private static final Pattern GENERATION =
            Pattern.compile("(?:total|committed) (\\d+)K, used \\d+K");
    private static final Pattern MAX = Pattern.compile("-XX:MaxHeapSize=(\\d+)");

    static JavaHeap of(BenchContext context, ChildProcess process) throws Exception {
        String info = jcmd(context, process.process().pid(), "GC.heap_info");
        long committed = GENERATION.matcher(info).results().mapToLong(JavaHeap::number).sum() << 10;
        String flags = jcmd(context, process.process().pid(), "VM.flags");
        long max =
                MAX.matcher(flags)
                        .results()
                        .mapToLong(JavaHeap::number)
                        .findFirst()
                        .orElseThrow(() -> new AssertionError("No MaxHeapSize in " + flags));
        if (committed == 0) {
            throw new AssertionError("No size of the heap in " + info);
        }
        return new JavaHeap(committed, max);
    }

    private static long number(MatchResult match) {
        return Long.parseLong(match.group(1));
    }

    private static String jcmd(BenchContext context, long pid, String command) throws Exception {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        if (!Files.isExecutable(jcmd)) {
            throw new AssertionError("No " + jcmd + ": a JDK is needed, this is a JRE");
        }
        List<String> line = List.of(jcmd.toString(), Long.toString(pid), command);
        try (ChildProcess process = ChildProcess.start(context.folder(), "jcmd", line)) {
            if (process.exitCode() != 0) {
                throw new AssertionError(command + " failed:\n" + process.stderr());
            }
            return process.stdout();
        }
    }
}
