package io.vmferry.lab.comparison;

import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.status.Side;
import java.util.List;
import java.util.Set;

/**
 * One fresh node, how it gets somewhere, and what is asked of it there.
 *
 * @param options of the node: {@code paused} keeps the guest from starting
 */
record Dialogue(
        String name,
        Side side,
        Set<String> options,
        Set<Profile> profiles,
        List<DialogueStep> steps) {

    /** The number of commands that are compared. */
    long commands() {
        return steps.stream().filter(step -> step instanceof DialogueStep.Ask).count();
    }

    /** A copy with the address where connections hang in place of {@code $HUNG}. */
    Dialogue at(String hung) {
        List<DialogueStep> placed =
                steps.stream()
                        .map(step ->
                                step instanceof DialogueStep.Ask(String line)
                                        ? new DialogueStep.Ask(line.replace("$HUNG", hung))
                                        : step)
                        .toList();
        return new Dialogue(name, side, options, profiles, placed);
    }
}
