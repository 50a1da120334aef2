package io.vmferry.dest.incoming.channel;

import io.vmferry.machine.link.Link;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;

/** Return paths that came before their main channel has announced them; limited. */
public final class WaitingReturnPaths {

    private static final int MOST = 16;

    private final BiConsumer<Link, String> reject;
    private final Map<UUID, Link> links = new LinkedHashMap<>();

    /**
     * @param reject gets a connection that is not kept, and why
     */
    WaitingReturnPaths(BiConsumer<Link, String> reject) {
        this.reject = reject;
    }

    boolean has(UUID migrationId) {
        return links.containsKey(migrationId);
    }

    /** Keeps a connection whose main channel follows soon. */
    void keep(UUID migrationId, Link link) {
        if (links.size() >= MOST) {
            rejectOldest();
        }
        links.put(migrationId, link);
    }

    private void rejectOldest() {
        UUID oldest = links.keySet().iterator().next();
        reject.accept(links.remove(oldest), "its migration has not come, and others wait");
    }

    /**
     * The connection of the migration, which waits no more; all others are rejected.
     *
     * @param announced empty when the migration has no connection of that kind
     */
    Optional<Link> choose(Optional<UUID> announced) {
        Optional<Link> ours = announced.map(links::remove);
        links.forEach((id, link) -> reject.accept(link, "it belongs to migration " + id));
        links.clear();
        return ours;
    }

    /** Forgets a connection; false when it did not wait. */
    boolean forget(UUID migrationId, Link link) {
        return links.remove(migrationId, link);
    }

    /** Gives up a connection whose descriptor others need; false when there is none. */
    public boolean makeRoom() {
        if (links.size() <= 1) {
            return false;
        }
        rejectOldest();
        return true;
    }

    void abort() {
        links.values().forEach(Link::abort);
        links.clear();
    }
}
