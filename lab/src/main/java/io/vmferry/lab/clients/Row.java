package io.vmferry.lab.clients;

import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * One situation as one client has met it.
 *
 * @param client a name for the command
 * @param version what the pair was: a profile, or a real QEMU
 * @param end what became of the guest
 * @param statuses the last ones of source and destination
 * @param exitCode of the client; empty when it was ended
 * @param said the last line of the client's output
 * @param complaints what the client has done wrong as a process
 * @param millis that the client took
 * @param wholeMillis that the row took, with the start and the end of its pair
 */
record Row(
        String client,
        Situation situation,
        String version,
        GuestEnd end,
        String statuses,
        ReportedEnd reported,
        OptionalInt exitCode,
        String said,
        List<String> complaints,
        long millis,
        long wholeMillis) {

    /** Whether the client says what is so. */
    boolean agrees() {
        return reported.agrees(end, situation.ends());
    }

    /** Whether the client says what is so and has not made it worse. */
    boolean good() {
        return agrees() && situation.ends().contains(end) && complaints.isEmpty();
    }

    /** What is wrong with it in a few words; empty when nothing is. */
    String trouble() {
        if (!complaints.isEmpty()) {
            return String.join("; ", complaints);
        }
        if (!situation.ends().contains(end)) {
            return "this situation can end with the guest " + texts(situation.ends());
        }
        return agrees() ? "" : "client and guest disagree";
    }

    private static String texts(Set<GuestEnd> ends) {
        return String.join(" or ", ends.stream().map(GuestEnd::text).toList());
    }
}
