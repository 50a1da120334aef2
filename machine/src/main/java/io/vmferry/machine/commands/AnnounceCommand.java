package io.vmferry.machine.commands;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.machine.announce.SelfAnnouncement;
import io.vmferry.machine.announce.SelfAnnouncement.AnnounceParameters;
import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.machine.monitor.CommandTable.Reply;
import io.vmferry.protocol.qmp.QapiType;
import io.vmferry.protocol.qmp.QmpException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * {@code announce-self}. An announcement with the {@code id} of an earlier one replaces it; those
 * of different ids run side by side, up to a limit, since each has a timer. Any numbers are
 * accepted, as in QEMU.
 */
public final class AnnounceCommand {

    /** Limit of concurrent announcements. */
    static final int MAX_AT_A_TIME = 16;

    private final Supplier<SelfAnnouncement> announcements;
    private final Map<String, SelfAnnouncement> byId = new HashMap<>();

    /**
     * @param announcements makes one more
     */
    public AnnounceCommand(Supplier<SelfAnnouncement> announcements) {
        this.announcements = announcements;
    }

    /** Adds the command. */
    public void addTo(CommandTable.Builder table) {
        table.add(
                "announce-self",
                QapiType.struct(
                        QapiType.required("initial", new QapiType.Int()),
                        QapiType.required("max", new QapiType.Int()),
                        QapiType.required("rounds", new QapiType.Int()),
                        QapiType.required("step", new QapiType.Int()),
                        QapiType.optional("interfaces", new QapiType.ListOf(new QapiType.Str())),
                        QapiType.optional("id", new QapiType.Str())),
                this::announce);
    }

    private void announce(ObjectNode arguments, Reply reply) throws QmpException {
        Set<String> interfaces = new HashSet<>();
        arguments.path("interfaces").forEach(name -> interfaces.add(name.textValue()));
        AnnounceParameters parameters =
                new AnnounceParameters(
                        arguments.get("initial").longValue(),
                        arguments.get("max").longValue(),
                        (int) arguments.get("rounds").longValue(),
                        arguments.get("step").longValue(),
                        interfaces);
        byId.values().removeIf(announcement -> !announcement.running());
        String id = arguments.path("id").asText();
        if (parameters.rounds() == 0) {
            SelfAnnouncement ended = byId.remove(id);
            if (ended != null) {
                ended.start(parameters);
            }
        } else if (byId.size() >= MAX_AT_A_TIME && !byId.containsKey(id)) {
            throw QmpException.generic(
                    "%d announcements are in progress, which is the limit"
                            .formatted(MAX_AT_A_TIME));
        } else {
            byId.computeIfAbsent(id, _ -> announcements.get()).start(parameters);
        }
        reply.success();
    }
}
