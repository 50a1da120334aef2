package io.vmferry.lab.matrix;

import java.util.ArrayList;
import java.util.List;

/**
 * The actions of fault plans that are injected at a place, on every channel that the course has.
 */
final class Actions {

    private static final List<String> EVERYWHERE =
            List.of(
                    "kill",
                    "exit",
                    "close",
                    "close(main)",
                    "reset",
                    "blackhole",
                    "blackhole(main)",
                    "stall(3s)",
                    "stall(main,3s)",
                    "delay(5ms)",
                    "corrupt(main,1)");

    private static final List<String> RETURN_PATH =
            List.of(
                    "close(return-path)",
                    "blackhole(return-path)",
                    "stall(return-path,3s)",
                    "corrupt(return-path,4)");

    private static final List<String> PREEMPT =
            List.of(
                    "close(preempt)",
                    "blackhole(preempt)",
                    "stall(preempt,3s)",
                    "corrupt(preempt,1)");

    private static final List<String> MULTIFD =
            List.of(
                    "close(multifd(0))",
                    "close(multifd(1))",
                    "blackhole(multifd(1))",
                    "stall(multifd(0),3s)",
                    "corrupt(multifd(1),1)");

    private static final List<String> BUGS = List.of("bug", "bug(error)");

    private Actions() {}

    /** The actions for a place of a course that is no protocol point. */
    static List<String> between(Course course) {
        List<String> actions = new ArrayList<>(EVERYWHERE);
        if (course.hasReturnPath()) {
            actions.addAll(RETURN_PATH);
        }
        if (course.preempts()) {
            actions.addAll(PREEMPT);
        }
        if (course.multifd()) {
            actions.addAll(MULTIFD);
        }
        return actions;
    }

    /** The actions for a protocol point of a course. */
    static List<String> at(Course course, String point) {
        List<String> actions = between(course);
        actions.addAll(BUGS);
        if (point.startsWith("device-load-started(") || point.startsWith("device-save-started(")) {
            actions.add("fail");
        }
        return actions;
    }
}
