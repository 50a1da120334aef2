package io.vmferry.machine.verdict;

import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.qmp.QmpEvent;
import io.vmferry.protocol.schema.EventTypes.EventSpec;
import java.util.function.Supplier;

/**
 * {@code x-vmferry-verdict}, and the event of the same content.
 *
 * @param verdict the current one
 */
public record VerdictCommand(Profile profile, Supplier<Verdict> verdict) {

    private static final String COMMAND = "x-vmferry-verdict";
    private static final String EVENT = "X_VMFERRY_VERDICT";

    /** Adds both. */
    public void addTo(CommandTable.Builder table) {
        table.query(COMMAND, VerdictTypes.of(profile), () -> VerdictJson.of(verdict.get()))
                .event(new EventSpec(EVENT, VerdictTypes.of(profile)));
    }

    /** The event that a verdict is reached. */
    public static QmpEvent event(Verdict verdict) {
        return new QmpEvent.Own(EVENT, VerdictJson.of(verdict));
    }
}
