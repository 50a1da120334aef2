package io.vmferry.lab.matrix;

import io.vmferry.machine.commandline.Invocation;
import io.vmferry.machine.fault.FaultSpec;
import io.vmferry.protocol.status.Side;
import java.util.ArrayList;
import java.util.List;

/**
 * One fault in one course.
 *
 * @param side at which the fault is injected
 * @param fault as {@code --fault} takes it
 * @param seed of the guest and the network in which it is simulated
 * @param real whether it runs between real daemons
 */
record Cell(Course course, Side side, FaultSpec fault, long seed, boolean real) {

    /**
     * The command that repeats a cell, before {@link Invocation#asTyped}: course, side, fault, and
     * seed or {@code --real}.
     */
    static final String COMMAND = "{vmferry} matrix --course %s --at %s --fault '%s' %s";

    /** The place without its ordinal: a row of the table. */
    String point() {
        return fault.where().toString().replaceFirst("#\\d+$", "");
    }

    /** The name of the action: a column of the table. */
    String action() {
        return fault.what().name();
    }

    /** The faults that are planned at a side. */
    List<String> plan(Side at) {
        List<String> plan = new ArrayList<>(course.plan(at));
        if (at == side) {
            plan.add(fault.toString());
        }
        return plan;
    }

    /** The command that repeats it. */
    String command() {
        return Invocation.asTyped(COMMAND).formatted(course.name(), side.text(), fault, way());
    }

    private String way() {
        return real ? "--real" : "--seed " + seed;
    }

    @Override
    public String toString() {
        String world = real ? "real daemons" : "seed " + seed;
        return "%s, %s, %s, %s".formatted(course.name(), side.text(), fault, world);
    }
}
