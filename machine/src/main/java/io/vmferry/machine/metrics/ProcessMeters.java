package io.vmferry.machine.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.vmferry.protocol.BuildInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The meters of the process: its build, its JVM, and what it takes of the machine. The names are
 * those of Micrometer's binders and of Prometheus' own clients, which general dashboards know. They
 * are made at the first scrape, since the JVM's management costs a start a third of its time.
 */
final class ProcessMeters implements MeterBinder {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String RESIDENT = "VmRSS:";

    /** Their names go against Prometheus' conventions, or they are about the machine. */
    private static final Set<String> LEFT_OUT =
            Set.of(
                    "process.cpu.time",
                    "system.cpu.count",
                    "system.cpu.usage",
                    "system.load.average.1m");

    @Override
    public void bindTo(MeterRegistry registry) {
        build(registry);
        Stream.of(
                        new JvmMemoryMetrics(),
                        new JvmThreadMetrics(),
                        new FileDescriptorMetrics(),
                        new ProcessorMetrics(),
                        new UptimeMetrics())
                .forEach(binder -> binder.bindTo(registry));
        ManagementFactory.getGarbageCollectorMXBeans()
                .forEach(collector -> collections(registry, collector));
        processorTime(registry);
        residentMemory(registry);
    }

    /** Keeps out what is left out here; to be set before a registry has any meter. */
    static MeterFilter filter() {
        return MeterFilter.deny(meter -> LEFT_OUT.contains(meter.getName()));
    }

    private static void build(MeterRegistry registry) {
        BuildInfo build = BuildInfo.running();
        Gauge.builder("vmferry.build.info", () -> 1)
                .description(
                        "Always 1; its labels are the version and commit of this build and its JDK")
                .tag("version", build.version())
                .tag("commit", build.commit())
                .tag("jdk", Runtime.version().toString())
                .register(registry);
    }

    private static void collections(MeterRegistry registry, GarbageCollectorMXBean collector) {
        FunctionTimer.builder(
                        "jvm.gc.collection",
                        collector,
                        GarbageCollectorMXBean::getCollectionCount,
                        GarbageCollectorMXBean::getCollectionTime,
                        TimeUnit.MILLISECONDS)
                .description("Collections of the Java heap, and how long they took")
                .tag("gc", collector.getName())
                .register(registry);
    }

    private static void processorTime(MeterRegistry registry) {
        FunctionCounter.builder(
                        "process.cpu",
                        ProcessHandle.current(),
                        process ->
                                process.info().totalCpuDuration().map(Duration::toMillis).orElse(0L)
                                        / (double) TimeUnit.SECONDS.toMillis(1))
                .baseUnit("seconds")
                .description("Processor time of the process, user and system")
                .register(registry);
    }

    private static void residentMemory(MeterRegistry registry) {
        Gauge.builder("process.resident.memory", ProcessMeters::residentBytes)
                .baseUnit("bytes")
                .description("Memory of the process that is resident, touched guest RAM included")
                .register(registry);
    }

    private static double residentBytes() {
        try (Stream<String> lines = Files.lines(STATUS)) {
            return lines.filter(line -> line.startsWith(RESIDENT))
                    .mapToDouble(ProcessMeters::bytes)
                    .findFirst()
                    .orElse(Double.NaN);
        } catch (IOException | UncheckedIOException unreadable) {
            return Double.NaN;
        }
    }

    /** Of a line such as {@code VmRSS: 1234 kB}. */
    private static double bytes(String line) {
        return Long.parseLong(line.replaceAll("\\D", "")) * 1024.0;
    }
}
