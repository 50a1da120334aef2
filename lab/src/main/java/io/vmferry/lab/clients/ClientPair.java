package io.vmferry.lab.clients;

import io.vmferry.lab.process.RealNode;
import io.vmferry.protocol.status.Side;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A source and a destination for one situation. Each has two monitors: the first is the client's,
 * the second tells how things are.
 */
final class ClientPair implements AutoCloseable {

    /** The source has handed its guest over and cannot run it again. */
    private static final Set<String> WAITING =
            Set.of(
                    "postcopy-active",
                    "postcopy-paused",
                    "postcopy-recover",
                    "postcopy-recover-setup");

    /** For a migration that never converges. */
    private static final long REST_LIMIT_MILLIS = 60_000;

    private static final long REST_POLL_MILLIS = 100;

    private final Path directory;
    private final String migrateUri;
    private final RealNode source;
    private final RealNode destination;
    private final GuestProof proof;

    /**
     * @param directory has the monitors
     * @param migrateUri the client's argument of {@code migrate}
     */
    ClientPair(
            Path directory,
            String migrateUri,
            RealNode source,
            RealNode destination,
            GuestProof proof) {
        this.directory = directory;
        this.migrateUri = migrateUri;
        this.source = source;
        this.destination = destination;
        this.proof = proof;
    }

    /** Answers what migration statuses do not show about the guest. */
    interface GuestProof extends AutoCloseable {

        /** Whether the source's migration has had a status; true where that cannot be told. */
        boolean had(String status) throws IOException;

        /** Whether the destination has run the guest, though it may be gone. */
        boolean ran() throws IOException, InterruptedException;

        /** Whether the memory at the destination, which runs the guest, is the guest's own. */
        boolean whole() throws IOException, InterruptedException;

        @Override
        void close() throws IOException;
    }

    /** The socket of one of the monitors: SIDE for the client's, SIDE.own for ours. */
    static Path monitor(Path directory, String name) {
        return directory.resolve(name + ".qmp");
    }

    /** The address of a destination that listens on a port of the loopback address. */
    static String bound(RealNode destination) throws InterruptedException {
        return "tcp:127.0.0.1:"
                + destination
                        .tell("query-migrate", "{}")
                        .at("/return/socket-address/0/port")
                        .asText();
    }

    /** Whether a source that has this status cannot run its guest again. */
    static boolean handedOver(String status) {
        return WAITING.contains(status);
    }

    /** The folder of the pair, which goes with it. */
    Path directory() {
        return directory;
    }

    RealNode node(Side side) {
        return side == Side.SOURCE ? source : destination;
    }

    /** The monitor that a client of the source uses. */
    Path clientMonitor() {
        return monitor(directory, "source");
    }

    /** Migrates, for a client that joins. */
    void migrate() throws InterruptedException {
        source.tell("migrate", "{\"uri\": \"%s\"}".formatted(migrateUri));
    }

    /** What a client has to know. */
    Map<String, String> environment() {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("VMFERRY_SOURCE_QMP", clientMonitor().toString());
        variables.put("VMFERRY_DESTINATION_QMP", monitor(directory, "destination").toString());
        variables.put("VMFERRY_MIGRATE_URI", migrateUri);
        variables.put("VMFERRY_DIRECTORY", directory.toString());
        variables.put("VMFERRY_SOURCE_PID", Long.toString(source.pid()));
        variables.put("VMFERRY_DESTINATION_PID", Long.toString(destination.pid()));
        return variables;
    }

    /** Whether a situation has come about: a client cannot avoid it by completing. */
    boolean showed(Situation situation) throws IOException, InterruptedException {
        return situation.shows().isEmpty()
                || proof.had(situation.shows().get())
                || !(source.status().equals("completed") || proof.had("completed"));
    }

    /** Whether a migration has ever begun. */
    boolean migrated() throws InterruptedException {
        return !source.alive() || !Set.of("", "none").contains(source.status());
    }

    /**
     * Waits until nothing more happens without somebody else, or for a minute.
     *
     * @param patienceMillis how long nothing has to move where a status alone does not tell
     */
    void awaitRest(long patienceMillis) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(REST_LIMIT_MILLIS);
        String before;
        String now = progress();
        do {
            before = now;
            String seen = before;
            if (Waiting.until(
                            patienceMillis,
                            REST_POLL_MILLIS,
                            () -> atRest() || !progress().equals(seen))
                    && atRest()) {
                return;
            }
            now = progress();
        } while (!now.equals(before) && System.nanoTime() - end < 0);
    }

    private boolean atRest() throws InterruptedException {
        boolean begun = migrated();
        boolean quiet = !begun || source.ended();
        boolean here = Set.of("", "none", "setup").contains(destination.status());
        return quiet && (destination.ended() || here);
    }

    private String progress() throws InterruptedException {
        return statuses() + " " + source.tell("query-migrate", "{}").at("/return/ram/transferred");
    }

    /** The statuses of both. */
    String statuses() throws InterruptedException {
        return status(source) + " / " + status(destination);
    }

    private static String status(RealNode node) throws InterruptedException {
        String status = node.status();
        return !node.alive() ? "gone" : status.isEmpty() ? "none" : status;
    }

    /** What has become of the guest. */
    GuestEnd end() throws IOException, InterruptedException {
        boolean here = source.runsGuest();
        boolean there = destination.runsGuest();
        if (here && there) {
            return GuestEnd.TWICE;
        }
        if (destination.status().equals("completed")) {
            if (!there) {
                return GuestEnd.STRANDED;
            }
            return proof.whole() ? GuestEnd.MOVED : GuestEnd.DAMAGED;
        }
        if (here) {
            // the destination ran the guest, and is gone
            return source.status().equals("completed") ? GuestEnd.REVERTED : GuestEnd.SAFE;
        }
        if (!source.alive()) {
            return GuestEnd.LOST;
        }
        boolean ran = proof.ran();
        if (WAITING.contains(source.status())) {
            boolean waits = destination.alive() && WAITING.contains(destination.status());
            return waits || !ran ? GuestEnd.STRANDED : GuestEnd.LOST;
        }
        return ran || source.status().equals("completed") ? GuestEnd.LOST : GuestEnd.STRANDED;
    }

    @Override
    public void close() throws IOException {
        try (proof;
                destination) {
            source.close();
        }
    }
}
