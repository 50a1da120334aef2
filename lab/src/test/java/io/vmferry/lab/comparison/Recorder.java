package io.vmferry.lab.comparison;

import io.vmferry.lab.process.RealQemu;
import io.vmferry.protocol.status.Side;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Records what a real source sends in a precopy and in a postcopy that end well. */
final class Recorder {

    private Recorder() {}

    /**
     * Records both.
     *
     * @param image RAM that takes its time, so that postcopy begins before precopy has ended
     */
    static Streams record(RealQemu qemu, Path here, List<Dialogue> migrations, Path image)
            throws Exception {
        Map<String, Dialogue> byName =
                migrations.stream().collect(Collectors.toMap(Dialogue::name, s -> s));
        return new Streams(
                stream(
                        qemu,
                        here.resolve("precopy"),
                        Objects.requireNonNull(byName.get("source precopy")),
                        Optional.empty()),
                stream(
                        qemu,
                        here.resolve("postcopy"),
                        Objects.requireNonNull(byName.get("source postcopy")),
                        Optional.of(image)));
    }

    private static byte[] stream(RealQemu qemu, Path here, Dialogue migration, Optional<Path> image)
            throws Exception {
        Files.createDirectories(here);
        try (ScriptedPeer peer = ScriptedPeer.in(here, Streams.NONE);
                ComparedNode node = ComparedNode.ofQemu(qemu, here, Side.SOURCE, Set.of(), image)) {
            Map<String, String> seen = Played.of(migration, node, peer);
            seen.forEach((step, what) -> {
                if (what.startsWith("not in time")) {
                    throw new AssertionError(step + ": " + what);
                }
            });
            return peer.received();
        }
    }
}
