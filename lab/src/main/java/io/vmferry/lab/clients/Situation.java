package io.vmferry.lab.clients;

import io.vmferry.protocol.profile.Profile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Something that a client can meet: how the pair is started, what goes wrong, what others do.
 *
 * @param source options of the source; {@code {hold}} is how long a state lasts, {@code {half}}
 *     half of it
 * @param steps what is done at monitors beside the client's own
 * @param joins the status in which the client finds a migration that somebody else has started;
 *     empty for a client that migrates
 * @param first the first QEMU that has this; empty for any
 * @param ends what may become of the guest when the client does all that it can
 * @param refused whether no migration begins
 * @param shows the status that the source must have had before it completes; a migration without it
 *     says nothing about the client
 * @param link the same with two real QEMUs: faults of a proxy between them, which may be none;
 *     empty when a link cannot bring this about
 */
record Situation(
        String name,
        String meaning,
        List<String> source,
        List<String> destination,
        List<String> steps,
        Optional<String> joins,
        Optional<Profile> first,
        Set<GuestEnd> ends,
        boolean refused,
        Optional<String> shows,
        Optional<List<String>> link) {

    /** Whether a version has this situation. */
    boolean isIn(Profile profile) {
        return first.isEmpty() || profile.compareTo(first.get()) >= 0;
    }

    /** Whether there is a postcopy in it. */
    boolean postcopy() {
        return source.contains("postcopy-ram");
    }

    /** The steps, with their times and addresses. */
    List<Step> steps(int holdMillis, Path directory) {
        return steps.stream()
                .map(step ->
                        Step.parse(filled(step, holdMillis).replace("{dir}", directory.toString())))
                .toList();
    }

    /** Options with their times. */
    static List<String> filled(List<String> options, int holdMillis) {
        return options.stream().map(option -> filled(option, holdMillis)).toList();
    }

    private static String filled(String text, int holdMillis) {
        return text.replace("{hold}", Integer.toString(holdMillis))
                .replace("{half}", Integer.toString(holdMillis / 2));
    }
}
